#!/usr/bin/env bash
# Runs `pulumi` and keeps what a report is made of: `recorded.sh <name> <arguments…>` leaves out/<name>.txt, which is what
# it printed, and out/<name>.json, which is what it would change (changes.mjs). Exits as Pulumi does.
set -euo pipefail
name=$1
shift

code=0
scripts/with-events.sh changes.mjs "$@" 4>"out/$name.json" >"out/$name.txt" 2>&1 || code=$?
cat "out/$name.txt"
exit "$code"
