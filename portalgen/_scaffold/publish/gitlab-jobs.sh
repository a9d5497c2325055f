#!/usr/bin/env bash
# Writes a GitLab pipeline with a job for each client named on stdin:   publish/gitlab-jobs.sh DAY < changed.txt
set -euo pipefail

day=${1:?the day, YYYY-MM-DD}
cat <<'YAML'
default:
  image: python:3.12-slim
  before_script:
    - apt-get update -qq && apt-get install -y -qq --no-install-recommends curl git openssh-client rsync >/dev/null
    - pip install --quiet -r requirements.txt

variables:
  GIT_DEPTH: "0"

nothing more to deploy:
  before_script: []
  script:
    - "true"
YAML
while read -r client; do
  cat <<YAML

site $client:
  script:
    - portalgen build --client "$client" --as-of "$day"
    # Ends with 4, and nothing is deployed, if something internal stands in the site.
    - portalgen audit --client "$client" --as-of "$day" > audit.txt || { tail -n 20 audit.txt; exit 4; }
    - publish/deploy.sh "$client" "public/$client"
  environment:
    name: $client
  resource_group: $client
  artifacts:
    name: site-$client
    paths:
      - public/$client
    expire_in: 14 days
YAML
done
