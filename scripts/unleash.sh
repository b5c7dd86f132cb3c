#!/usr/bin/env bash
# A real Unleash on a new PostgreSQL, both on this machine alone, for tests and for `make run-unleash`. It is fetched when
# missing, never shipped. All of it goes down, with its data, when this ends or whoever started it does.
#
#   scripts/unleash.sh                 prints `url …`, `admin …` and `backend …` (tokens), then `ready`, and stays; with
#                                      UNLEASH_DRILL=yes also the process ids `postgres …` and `unleash …`, and then Unleash
#                                      is started again whenever it ends
#   scripts/unleash.sh COMMAND [ARG…]  runs the command with UNLEASH_URL, UNLEASH_ADMIN_TOKEN, UNLEASH_BACKEND_TOKEN and
#                                      UNLEASH_FOLDER (for its files), and ends with it
set -euo pipefail
parent=$PPID
project=$(cd "$(dirname "$0")/.." && pwd)
tool="${XDG_CACHE_HOME:-$HOME/.cache}/signalbox/tools/unleash"

say() { printf '%s\n' "$*" >&2; }
die() { say "signalbox: $*"; exit 1; }

# One at a time: several test programs may ask at once.
fetch() {
  mkdir -p "$tool"
  exec 9>"$tool/lock"
  flock 9
  if ! cmp -s "$project/scripts/unleash/package-lock.json" "$tool/fetched"; then
    command -v npm >/dev/null || die "npm is missing. It comes with Node.js 20 or newer (https://nodejs.org); install it, then run this again."
    say "Fetching Unleash and the Node.js it needs into $tool: once, about a minute and 400 MB."
    cp "$project"/scripts/unleash/{package.json,package-lock.json,.npmrc} "$tool/"
    (cd "$tool" && npm ci --no-audit --no-fund --loglevel=error >&2)
    cp "$project/scripts/unleash/package-lock.json" "$tool/fetched"
  fi
  exec 9>&-
}

postgres_folder() {
  local found
  found=$(command -v initdb || printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  [ -x "$found" ] || die "PostgreSQL's initdb is missing: scripts/debian.sh installs it, or put it on PATH."
  dirname "$(readlink -f "$found")"
}

fetch
node="$tool/node_modules/node/bin/node"
postgres=$(postgres_folder)
folder=$(mktemp -d /tmp/signalbox-unleash.XXXXXX)
chmod 711 "$folder"
mkdir -m 700 "$folder/postgres" "$folder/command"

# PostgreSQL runs as anybody but root.
as=(setpriv)
if [ "$(id -u)" -eq 0 ]; then
  as+=(--reuid=nobody --regid="$(id -g nobody)" --clear-groups)
  chown nobody "$folder/postgres"
fi

# Process ids: of PostgreSQL, Unleash and the command.
started=()
stop() {
  [ -n "${started[$1]:-}" ] || return 0
  # One that a drill holds up would never end.
  kill -CONT "${started[$1]}" 2>/dev/null || true
  kill "-$2" "${started[$1]}" 2>/dev/null || true
  wait "${started[$1]}" 2>/dev/null || true
}
end() {
  trap - EXIT INT TERM HUP
  stop 2 TERM
  stop 1 KILL
  stop 0 QUIT
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

cd "$folder"
"${as[@]}" "$postgres/initdb" --pgdata "$folder/postgres/data" --username unleash --auth trust --no-locale \
  --encoding UTF8 --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; die "initdb failed."; }
# No address: the only way in is a socket in a folder that is closed to others.
"${as[@]}" --pdeathsig QUIT "$postgres/postgres" -D "$folder/postgres/data" -k "$folder/postgres" -c listen_addresses= \
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off >"$folder/postgres.log" 2>&1 &
started+=($!)
until "$postgres/psql" -h "$folder/postgres" -U unleash -d postgres -qc 'CREATE DATABASE unleash' 2>/dev/null; do
  kill -0 "${started[0]}" 2>/dev/null || { cat "$folder/postgres.log" >&2; die "PostgreSQL did not start."; }
  sleep 0.1
done

secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
admin="*:*.$(secret)"
backend="default:production.$(secret)"
port=$("$node" -e 's = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(`${s.address().port}`); s.close() })')
url="http://127.0.0.1:$port"
unleash() (
  cd "$tool/node_modules/unleash-server"
  export DATABASE_HOST="$folder/postgres" DATABASE_NAME=unleash DATABASE_USERNAME=unleash DATABASE_PASSWORD=none DATABASE_SSL=false
  export HTTP_HOST=127.0.0.1 HTTP_PORT="$port" LOG_LEVEL=error NODE_ENV=production
  export UNLEASH_ALLOW_PRIVATE_URL_IN_INTEGRATION=true
  export CHECK_VERSION=false SEND_TELEMETRY=false SCARF_ANALYTICS=false
  export INIT_ADMIN_API_TOKENS="$admin" INIT_BACKEND_API_TOKENS="$backend"
  exec setpriv --pdeathsig KILL "$node" dist/server.js
)
unleash >"$folder/unleash.log" 2>&1 &
started+=($!)

healthy() {
  "$node" -e 'fetch(process.argv[1]).then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))' "$url/health"
}
until healthy; do
  kill -0 "${started[1]}" 2>/dev/null || { cat "$folder/unleash.log" >&2; die "Unleash did not start."; }
  sleep 0.2
done

if [ $# -gt 0 ]; then
  export UNLEASH_URL="$url" UNLEASH_ADMIN_TOKEN="$admin" UNLEASH_BACKEND_TOKEN="$backend" UNLEASH_FOLDER="$folder/command"
  cd "$OLDPWD"
  "$@" &
  started+=($!)
else
  [ -z "${UNLEASH_DRILL:-}" ] || printf 'postgres %s\nunleash %s\n' "${started[@]}"
  printf 'url %s\nadmin %s\nbackend %s\nready\n' "$url" "$admin" "$backend"
fi

# Whoever is left behind gets another parent.
is_wanted() { [ "$(cut -d ' ' -f 4 "/proc/$$/stat")" = "$parent" ]; }
is_up() { for id in "${started[@]}"; do kill -0 "$id" 2>/dev/null || return 1; done; }
again() {
  [ -n "${UNLEASH_DRILL:-}" ] && ! kill -0 "${started[1]}" 2>/dev/null || return 0
  unleash >>"$folder/unleash.log" 2>&1 &
  started[1]=$!
}
while is_wanted && again && is_up; do
  sleep 0.3 &
  wait $!
done
if [ -n "${started[2]:-}" ] && ! kill -0 "${started[2]}" 2>/dev/null; then
  wait "${started[2]}"
fi
