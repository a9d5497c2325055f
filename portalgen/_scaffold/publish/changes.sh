#!/usr/bin/env bash
# Says in Markdown what each client would see change since a commit, for a pull request:   publish/changes.sh COMMIT
set -euo pipefail

before=${1:?a commit}
echo '## What clients would see change'
echo
portalgen diff "$before" --format markdown || echo 'It cannot be told before the mistakes are mended.'
echo
echo '<details><summary>What would be newly exposed or hidden</summary>'
echo
echo '```text'
portalgen audit --diff "$before" | sed -n '/^Newly /,$p' | grep -v '^Searched ' || true
echo '```'
echo
echo '</details>'
