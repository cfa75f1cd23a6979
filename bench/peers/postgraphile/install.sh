#!/bin/sh
# Installs PostGraphile and the Node.js it needs into the folder given; nothing is done where they are there.
set -eu
folder=${1:?a folder}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
if [ -f "$folder/package.json" ] && cmp -s "$here/package.json" "$folder/package.json" && [ -d "$folder/node_modules/postgraphile" ]; then
	exit 0
fi
cp "$here/package.json" "$folder/package.json"
# npm warns that the machine's own Node.js may be too old; the one it installs here is what runs.
cd "$folder" && npm install --no-package-lock --no-audit --no-fund
