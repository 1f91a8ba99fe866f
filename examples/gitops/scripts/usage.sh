#!/usr/bin/env bash
# The report of what tenants use of what they may use, from the state and the vendors. Changes nothing at the vendors.
#   usage.sh              each week: out/report.html for people, and in the branch `records` usage.json, which the policies
#                         read, and report.ndjson, the history
#   usage.sh --last-day   the same on the last day of a month, else nothing: bctrl shows a month only while it lasts
#   usage.sh --csv        on the first of each month: the same, and out/usage.csv for finance, of the month before, which
#                         is in the branch as csv/<month>.csv
# What units cost is read from rates.yaml, if there is one. Exits with 0 also where the report warns: the page says of what.
set -euo pipefail
cd "$(dirname "$0")/.."
case "$*" in
  '' | --csv) ;;
  --last-day) [[ "$(date -u -d tomorrow +%d)" == 01 ]] || exit 0 ;;
  *)
    echo "usage.sh: it takes --csv or --last-day and nothing else, not $*" >&2
    exit 2
    ;;
esac
mkdir -p out
rm -f out/report.html out/usage.json out/usage.csv

pulumi stack export --file out/state.json
scripts/records.sh get report.ndjson out/report.ndjson
rates=()
[[ ! -f rates.yaml ]] || rates=(--rates rates.yaml)

# 7: it has looked, and found something to warn of.
report() {
  local code=0
  npx --no-install subaccounts report --state out/state.json --history out/report.ndjson "${rates[@]}" "$@" || code=$?
  [[ "$code" -eq 0 || "$code" -eq 7 ]] || exit "$code"
}
report --out out/report.html --json out/usage.json
scripts/records.sh put usage.json out/usage.json report.ndjson out/report.ndjson
if [[ "$*" == --csv ]]; then
  month=$(date -u -d "$(date -u +%Y-%m-01) -1 day" +%Y-%m)
  report --month "$month" --csv >out/usage.csv
  scripts/records.sh put "csv/$month.csv" out/usage.csv
fi
