#!/bin/sh
# Installs what the browser test needs, where it is absent: Chromium and a Chinese font from Debian, and the pinned
# npm packages. Needs root for the first two; without root it says what is missing.
set -eu
cd "$(dirname "$0")/.."

if ! command -v "${CHROMIUM:-/usr/bin/chromium}" >/dev/null 2>&1 || ! fc-list :lang=zh 2>/dev/null | grep -q .; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-noto-cjk
  else
    echo "web/e2e: needs Chromium (or CHROMIUM=path) and a Chinese font; on Debian, as root: apt-get install -y chromium fonts-noto-cjk" >&2
    exit 1
  fi
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci
fi
