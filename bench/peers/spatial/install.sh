#!/bin/sh
# Makes a virtual environment in the folder $1 from requirements.txt beside this script, unless it stands already.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
if ! cmp -s "$here/requirements.txt" "$1/requirements.txt"; then
	python3 -m venv --clear "$1/venv"
	"$1/venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
	cp "$here/requirements.txt" "$1/requirements.txt"
fi
