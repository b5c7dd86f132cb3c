#!/usr/bin/env bash
# Ensures what the tests need from Debian: Chromium with its driver and a font, strace, Python with its sqlite3, PostgreSQL.
# Nothing else of this project installs Debian packages.
set -euo pipefail

chromium="${SIGNALBOX_CHROMIUM:-/usr/bin/chromium}"
driver="${CHROMEDRIVER:-/usr/bin/chromedriver}"

packages=()
[ -x "$chromium" ] || packages+=(chromium)
[ -x "$driver" ] || packages+=(chromium-driver)
command -v strace >/dev/null || packages+=(strace)
python3 -c 'import sqlite3' 2>/dev/null || packages+=(python3)
# The backend tests start one of their own, with Unleash on it.
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
[ -n "$(fc-list 2>/dev/null | head -n 1)" ] || packages+=(fontconfig fonts-dejavu-core)
[ ${#packages[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "signalbox: the tests need ${packages[*]}, and there is no apt-get here to install them." >&2
  echo "Install them yourself; then name the browser: SIGNALBOX_CHROMIUM=/path/to/chromium CHROMEDRIVER=/path/to/chromedriver make test" >&2
  exit 1
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "The tests need Debian's ${packages[*]}. Installing (about a minute): ${as_root[*]} apt-get install ${packages[*]}" >&2
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}"
