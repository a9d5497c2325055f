#!/usr/bin/env bash
# Puts the site of one client where that client reads it:   publish/deploy.sh CLIENT FOLDER
#
# PORTAL_TARGET says where. {client} in it becomes the client's name, so that no two clients share a place:
#
#   /srv/portals/{client}                      a folder of this machine
#   deploy@host.example:/srv/portals/{client}  a folder of another machine, by rsync over ssh
#   git@host.example:portals/{client}.git      a git repository of its own, branch PORTAL_BRANCH (default: pages);
#                                              an https:// address too, with PORTAL_TOKEN as its password
#   s3://portal-{client}                       a bucket of its own, by the aws command
#   cloudflare-pages:portal-{client}           a project of its own at Cloudflare Pages, by wrangler
#   netlify:portal-{client}                    a site of its own at Netlify, by its command
#
# What such a place asks for:
#
#   PORTAL_TOKEN      a password or token: of git over https, of Cloudflare, of Netlify; for s3 it is KEY:SECRET
#   PORTAL_SSH_KEY    a private key, for ssh, and PORTAL_KNOWN_HOSTS what `ssh-keyscan` says of the host
#   PORTAL_ACCOUNT    the id of the account at Cloudflare
#   PORTAL_ENDPOINT   the address of storage that speaks S3 and is not Amazon's
#
# Without PORTAL_TARGET nothing is deployed. Who can read what is decided by the place, not by this script.
set -euo pipefail

client=${1:?the name of the client}
folder=${2:?the folder that holds its site}

if [ -z "${PORTAL_TARGET:-}" ]; then
  echo "PORTAL_TARGET is not set: the site of $client is not deployed"
  exit 0
fi
case $PORTAL_TARGET in
  *'{client}'*) ;;
  *)
    echo "PORTAL_TARGET does not hold {client}: the sites of all clients would land in one place" >&2
    exit 2
    ;;
esac
if [ ! -f "$folder/index.html" ] || [ ! -f "$folder/data.json" ]; then
  echo "$folder is not the site of one client" >&2
  exit 2
fi
target=${PORTAL_TARGET//'{client}'/$client}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "${PORTAL_SSH_KEY:-}" ]; then
  (umask 077 && printf '%s\n' "$PORTAL_SSH_KEY" > "$work/key")
  printf '%s\n' "${PORTAL_KNOWN_HOSTS:-}" > "$work/hosts"
  export GIT_SSH_COMMAND="ssh -i $work/key -o IdentitiesOnly=yes -o UserKnownHostsFile=$work/hosts"
  export RSYNC_RSH=$GIT_SSH_COMMAND
fi

# The site becomes the newest commit of a branch that holds nothing else.
push_to_repository() {
  local branch=${PORTAL_BRANCH:-pages} header=() work=$work/site
  if [ -n "${PORTAL_TOKEN:-}" ]; then
    header=(-c "http.extraHeader=Authorization: Basic $(printf 'x-access-token:%s' "$PORTAL_TOKEN" | base64 | tr -d '\n')")
  fi
  git init --quiet "$work"
  if git "${header[@]}" -C "$work" fetch --quiet --depth 1 "$target" "$branch" 2>/dev/null; then
    git -C "$work" update-ref HEAD FETCH_HEAD
  fi
  cp -R "$folder/." "$work/"
  # GitHub Pages would leave out what begins with an underscore.
  touch "$work/.nojekyll"
  git -C "$work" add --all
  if git -C "$work" rev-parse --quiet --verify HEAD >/dev/null && git -C "$work" diff --cached --quiet; then
    echo "$client: nothing changed"
    return
  fi
  # Neither a person nor a message of ours: the client may read this repository.
  export GIT_AUTHOR_NAME=portal GIT_AUTHOR_EMAIL=portal@localhost
  export GIT_COMMITTER_NAME=portal GIT_COMMITTER_EMAIL=portal@localhost
  git -C "$work" commit --quiet --message 'New state'
  git "${header[@]}" -C "$work" push --quiet "$target" "HEAD:refs/heads/$branch"
}

push_to_bucket() {
  if [ -n "${PORTAL_TOKEN:-}" ]; then
    export AWS_ACCESS_KEY_ID=${PORTAL_TOKEN%%:*} AWS_SECRET_ACCESS_KEY=${PORTAL_TOKEN#*:}
    export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}
  fi
  if [ -n "${PORTAL_ENDPOINT:-}" ]; then export AWS_ENDPOINT_URL=$PORTAL_ENDPOINT; fi
  aws s3 sync --delete --no-progress "$folder/" "$target/"
}

case $target in
  s3://*) push_to_bucket ;;
  cloudflare-pages:*)
    if [ -n "${PORTAL_TOKEN:-}" ]; then export CLOUDFLARE_API_TOKEN=$PORTAL_TOKEN; fi
    if [ -n "${PORTAL_ACCOUNT:-}" ]; then export CLOUDFLARE_ACCOUNT_ID=$PORTAL_ACCOUNT; fi
    npx --yes wrangler pages deploy "$folder" --project-name "${target#*:}" --branch main
    ;;
  netlify:*)
    if [ -n "${PORTAL_TOKEN:-}" ]; then export NETLIFY_AUTH_TOKEN=$PORTAL_TOKEN; fi
    npx --yes netlify-cli deploy --prod --dir "$folder" --site "${target#*:}"
    ;;
  *.git | https://*) push_to_repository ;;
  *)
    case $target in
      *:*) ;;
      *) mkdir -p "$target" ;;
    esac
    rsync --recursive --links --perms --checksum --delay-updates --delete-after "$folder/" "$target/"
    ;;
esac
echo "$client: deployed"
