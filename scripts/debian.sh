#!/usr/bin/env bash
# Ensures what the tests need from Debian: Chromium with its driver and a font, strace, Python with its sqlite3, PostgreSQL,
# OpenSSL, and nginx, which is only unpacked into the cache folder.
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
command -v openssl >/dev/null || packages+=(openssl)
# Installed, it would serve port 80 from then on.
nginx="${XDG_CACHE_HOME:-$HOME/.cache}/signalbox/tools/nginx"
unpacked=yes
[ -n "${SIGNALBOX_NGINX:-$(command -v nginx)}" ] || [ -x "$nginx/usr/sbin/nginx" ] || unpacked=no
[ ${#packages[@]} -eq 0 ] && [ $unpacked = yes ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "signalbox: the tests need ${packages[*]} nginx, and there is no apt-get here to install what is missing of them." >&2
  echo "Install them yourself; then name the programs: SIGNALBOX_CHROMIUM=/path/to/chromium CHROMEDRIVER=/path/to/chromedriver SIGNALBOX_NGINX=/path/to/nginx make test" >&2
  exit 1
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
if [ ${#packages[@]} -gt 0 ]; then
  echo "The tests need Debian's ${packages[*]}. Installing (about a minute): ${as_root[*]} apt-get install ${packages[*]}" >&2
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}"
fi
if [ $unpacked = no ]; then
  echo "The tests need nginx. Unpacking Debian's into $nginx." >&2
  mkdir -p "$nginx"
  (cd "$nginx" && apt-get download -qq nginx && dpkg-deb --extract nginx_*.deb . && rm nginx_*.deb)
fi
