#!/usr/bin/env bash
# The gateway's demo on the Unleash that scripts/unleash.sh started: what of the sample plans it can express. Its data goes
# with Unleash's.
#
#   scripts/unleash.sh scripts/run-unleash.sh GATEWAY [ARG…]
set -euo pipefail
gateway=$1
shift

printf 'unleash.url = "%s"\n' "$UNLEASH_URL" >"$UNLEASH_FOLDER/signalbox.toml"
export SIGNALBOX_UNLEASH_TOKEN="$UNLEASH_ADMIN_TOKEN"
"$gateway" backend check --config "$UNLEASH_FOLDER/signalbox.toml"
echo
echo "Unleash: $UNLEASH_URL (sign in as admin, password unleash4all)"
exec "$gateway" serve --demo --config "$UNLEASH_FOLDER/signalbox.toml" --data "$UNLEASH_FOLDER/data" "$@"
