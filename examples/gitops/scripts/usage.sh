#!/usr/bin/env bash
# The report of what tenants use of what they may use, from the state and the vendors. Changes nothing at the vendors.
#   usage.sh          each week: out/report.html for people, and in the branch `records` usage.json, which the policies
#                     read, and report.ndjson, the history
#   usage.sh --csv    each month: out/usage.csv for finance, and in the branch csv/<day>.csv
# Exits with 0 also where the report warns: the page says of what.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -eq 0 || "$*" == --csv ]] || {
  echo "usage.sh: it takes --csv and nothing else, not $*" >&2
  exit 2
}
mkdir -p out
rm -f out/report.html out/usage.json out/usage.csv

pulumi stack export --file out/state.json
scripts/records.sh get report.ndjson out/report.ndjson

# 7: it has looked, and found something to warn of.
report() {
  local code=0
  npx --no-install subaccounts report --state out/state.json "$@" || code=$?
  [[ "$code" -eq 0 || "$code" -eq 7 ]] || exit "$code"
}
if [[ "${1:-}" == --csv ]]; then
  report --history out/report.ndjson --csv >out/usage.csv
  scripts/records.sh put "csv/$(date -u +%F).csv" out/usage.csv report.ndjson out/report.ndjson
else
  report --history out/report.ndjson --out out/report.html
  report --json >out/usage.json
  scripts/records.sh put usage.json out/usage.json report.ndjson out/report.ndjson
fi
