#!/usr/bin/env bash
# A test written for Node.js, or a script, against a server of its own: a village in a store that is gone afterwards, on a free
# loopback port. Whatever happens, what was started ends; what the server wrote is shown if the test fails. With --keys callers
# need keys, and the test has two in its environment, ADMIN and ANALYST.
# Usage: run.sh [--neo4j] [--keys] [TEST.mjs or TEST.sh]; without a test the one of the playground, in a real browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
engine=sqlite
keys=
while [[ ${1:-} == --* ]]; do
  case $1 in
  --neo4j) engine=neo4j ;;
  --keys) keys=yes ;;
  *)
    echo "e2e: there is no $1" >&2
    exit 2
    ;;
  esac
  shift
done
test=${1:-web/e2e/playground.test.mjs}

case $test in
  web/*) web/e2e/setup.sh ;;
  *.sh) ;;
  *) (cd "$(dirname "$test")" && npm ci) ;;
esac

folder=$(mktemp -d)
server=
database=
finish() {
  code=$?
  for process in $server $database; do
    kill "$process" 2>/dev/null || true
    for ((second = 0; second < 30; second++)); do
      kill -0 "$process" 2>/dev/null || break
      sleep 1
    done
    kill -KILL "$process" 2>/dev/null || true
  done
  if [ "$code" -ne 0 ]; then
    for log in "$folder"/*log; do
      printf '\n%s:\n' "$(basename "$log")" >&2
      cat "$log" >&2
    done
  fi
  rm -rf "$folder"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# until DOES SECONDS PROCESS WHAT: waits for a command to succeed, while a process lives.
until_it() {
  for ((second = 0; second < $2; second++)); do
    if $1; then return; fi
    if ! kill -0 "$3" 2>/dev/null; then
      echo "e2e: $4 ended before it was ready" >&2
      exit 1
    fi
    sleep 1
  done
  echo "e2e: $4 was not ready within $2 s" >&2
  exit 1
}

store=(--store "sqlite:$folder/village.db")
if [ "$engine" = neo4j ]; then
  go build -o "$folder/neo4jrun" ./internal/neo4jtest/neo4jrun
  "$folder/neo4jrun" >"$folder/neo4j" 2>"$folder/neo4j.log" &
  database=$!
  started() { grep -q '^password ' "$folder/neo4j"; }
  until_it started 300 "$database" "the database"
  of() { sed -n "s/^$1 *//p" "$folder/neo4j"; }
  (umask 077 && of password >"$folder/password")
  store=(--store "$(of uri)" --store-user "$(of user)" --store-password-file "$folder/password")
fi

# Built and then started, not "go run": the process that is ended below has to be the server itself.
go build -o "$folder/lintu" .
free() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }
port=$(free)
receiver=$(free) # where a test may listen for the messages of doorbells
(umask 077 && head -c 24 /dev/urandom | base64 >"$folder/secret")
base="http://127.0.0.1:$port"
if [ "$keys" ]; then export LINTU_KEYS_FILE="$folder/keys.json" LINTU_LIMITS=rate=0; fi
LINTU_PUBLIC_URL=$base LINTU_NOTIFY=signed:http://127.0.0.1:$receiver/messages LINTU_NOTIFY_SECRET_FILE=$folder/secret \
  "$folder/lintu" demo --preset village --addr "127.0.0.1:$port" "${store[@]}" >"$folder/log" 2>&1 &
server=$!

ready() { node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$base/readyz"; }
until_it ready 120 "$server" "the server"

if [ "$keys" ]; then
  key() { "$folder/lintu" key make --role "$1" --all-areas "${store[@]}" 2>>"$folder/keys.log"; }
  ADMIN=$(key admin)
  ANALYST=$(key analyst)
  export ADMIN ANALYST
  known() { node -e 'fetch(process.argv[1], {method: "POST", headers: {"content-type": "application/json", authorization: "Bearer " + process.env.ANALYST},
    body: JSON.stringify({query: "{ __typename }"})}).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$base/graphql"; }
  until_it known 30 "$server" "the keys"
fi

run=(node "$test")
if [[ $test == *.sh ]]; then run=("$test"); fi
RECEIVER=$receiver "${run[@]}" "$base"
