#!/usr/bin/env bash
# Ensures Chromium and its driver for the tests: the only thing of this project that installs Debian packages.
set -euo pipefail

chromium="${SIGNALBOX_CHROMIUM:-/usr/bin/chromium}"
driver="${CHROMEDRIVER:-/usr/bin/chromedriver}"

packages=()
[ -x "$chromium" ] || packages+=(chromium)
[ -x "$driver" ] || packages+=(chromium-driver)
[ ${#packages[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "signalbox: the browser tests need Chromium and chromedriver, and there is no apt-get here to install them." >&2
  echo "Install both, then name them: SIGNALBOX_CHROMIUM=/path/to/chromium CHROMEDRIVER=/path/to/chromedriver make test" >&2
  exit 1
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "The browser tests need Debian's ${packages[*]}. Installing (about a minute): ${as_root[*]} apt-get install ${packages[*]}" >&2
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}"
