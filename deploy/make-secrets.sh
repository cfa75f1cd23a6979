#!/bin/sh
# Makes the secrets that docker-compose.yml mounts: the bearer token and the password of Neo4j. What exists stays.
# Usage: sh deploy/make-secrets.sh [FOLDER], by default the folder secrets beside this script.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
# Compose mounts a secret with the rights of its file, and the servers' users are not yours: so the files are
# readable, and the folder is closed to everybody else.
chmod 700 "$folder"
for name in token neo4j_password; do
	if [ ! -s "$folder/$name" ]; then
		od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$folder/$name"
		chmod 444 "$folder/$name"
		echo "made $folder/$name"
	fi
done
