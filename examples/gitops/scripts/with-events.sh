#!/usr/bin/env bash
# Runs `pulumi`, and a script that reads its event log: `with-events.sh <script> <arguments of pulumi…>`. What the script
# prints goes to file descriptor 4. Exits as Pulumi does, or else as the script.
set -euo pipefail
reader=$1
shift

# The event log holds debug lines, and in them secrets in clear. So it goes through a pipe, and never into a file.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
events="$folder/events"
mkfifo "$events"
node "scripts/$reader" <"$events" >&4 &
# Held open until Pulumi has ended: the log ends also where Pulumi never began it.
exec 3>"$events"

code=0
PULUMI_DEBUG_COMMANDS=true pulumi "$@" --event-log "$events" --non-interactive --color never 3>&- 4>&- || code=$?
exec 3>&-
read_code=0
wait "$!" || read_code=$?
exit $((code == 0 ? read_code : code))
