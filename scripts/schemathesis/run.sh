#!/usr/bin/env bash
# Schemathesis, in exactly the versions that requirements.txt names: fetched into the cache folder when missing, then run
# with these arguments.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tool="${XDG_CACHE_HOME:-$HOME/.cache}/signalbox/tools/schemathesis"

mkdir -p "$tool"
exec 9>"$tool/lock"
flock 9
if ! cmp -s "$here/requirements.txt" "$tool/fetched"; then
  command -v python3 >/dev/null || { echo "signalbox: python3 is missing; scripts/debian.sh installs it." >&2; exit 1; }
  echo "Fetching Schemathesis into $tool: once, about half a minute." >&2
  python3 -m venv --clear "$tool/venv"
  "$tool/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$tool/fetched"
fi
exec 9>&-
exec "$tool/venv/bin/schemathesis" --config-file "$here/schemathesis.toml" "$@"
