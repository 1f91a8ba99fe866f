#!/usr/bin/env bash
# Runs `pulumi` and keeps what a report is made of: `recorded.sh <name> <arguments…>` leaves out/<name>.txt, which is what
# it printed, and out/<name>.json, which is what it would change (changes.mjs). Exits as Pulumi does.
set -euo pipefail
name=$1
shift

# The event log holds debug lines, and in them secrets in clear. So it goes through a pipe, and never into a file.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
events="$folder/events"
mkfifo "$events"
node scripts/changes.mjs <"$events" >"out/$name.json" &
# Held open until Pulumi has ended: the log ends also where Pulumi never began it.
exec 3>"$events"

code=0
PULUMI_DEBUG_COMMANDS=true pulumi "$@" --event-log "$events" \
  --non-interactive --color never >"out/$name.txt" 2>&1 3>&- || code=$?
exec 3>&-
wait
cat "out/$name.txt"
exit "$code"
