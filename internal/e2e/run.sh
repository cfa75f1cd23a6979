#!/usr/bin/env bash
# The browser test against a server of its own: a village in a store that is gone afterwards, on a free loopback port.
# Whatever happens, the server ends; what it wrote is shown if the test fails. Usage: run.sh [TEST.mjs]
set -euo pipefail
cd "$(dirname "$0")/../.."
test=${1:-web/e2e/playground.test.mjs}

web/e2e/setup.sh

folder=$(mktemp -d)
server=
finish() {
  code=$?
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    for ((second = 0; second < 30; second++)); do
      kill -0 "$server" 2>/dev/null || break
      sleep 1
    done
    kill -KILL "$server" 2>/dev/null || true
  fi
  if [ "$code" -ne 0 ] && [ -e "$folder/log" ]; then
    printf '\nwhat the server wrote:\n' >&2
    cat "$folder/log" >&2
  fi
  rm -rf "$folder"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Built and then started, not "go run": the process that is ended below has to be the server itself.
go build -o "$folder/lintu" .
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
base="http://127.0.0.1:$port"
"$folder/lintu" demo --preset village --addr "127.0.0.1:$port" --store "sqlite:$folder/village.db" >"$folder/log" 2>&1 &
server=$!

ready() { node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$base/readyz"; }
for ((second = 0; second < 120; second++)); do
  if ready; then break; fi
  if ! kill -0 "$server" 2>/dev/null; then
    echo "e2e: the server ended before it was ready" >&2
    exit 1
  fi
  sleep 1
done
if ! ready; then
  echo "e2e: the server was not ready within two minutes" >&2
  exit 1
fi

node "$test" "$base"
