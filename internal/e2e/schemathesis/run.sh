#!/usr/bin/env bash
# Schemathesis against a server: an administrator and an analyst ask everything that the schema has, with values that are
# right, odd and wrong. It fails where the server says that something is its own fault. It installs itself, for this run.
# Usage: ADMIN=KEY ANALYST=KEY run.sh URL; SECONDS_EACH=n for longer, SEED=n to begin elsewhere.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" # where it keeps what it finds
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
export LINTU_GRAPHQL=$1/graphql LINTU_KEY=$ADMIN SCHEMATHESIS_HOOKS=$here/lintu.py
for who in ADMIN ANALYST; do
  echo "== as $who"
  headers=(--header "Authorization: Bearer ${!who}")
  if [ "$who" = ADMIN ]; then headers+=(--header "X-Lintu-Purpose: record-check"); fi
  venv/bin/st run "$LINTU_GRAPHQL" "${headers[@]}" --checks errors_are_the_callers --continue-on-failure --warnings off \
    --seed "${SEED:-1}" --max-time "${SECONDS_EACH:-50}"
done
