#!/usr/bin/env bash
# Looks for accounts that no file has, and changes nothing: retained ones, which live on and are paid for, and customers
# that somebody made elsewhere. map.csv, where it is there, says with - which ones are no tenant's.
#   0  there are none
#   7  there are some: out/accounts.md names them
#   any other  it could not be found out
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p out

map=()
if [[ -f map.csv ]]; then map=(--map map.csv); fi
code=0
node_modules/.bin/subaccounts tenants generate --check --json ${map[@]+"${map[@]}"} >out/accounts.json || code=$?
if [[ "$code" -ne 0 && "$code" -ne 7 ]]; then
  cat out/accounts.json
  exit "$code"
fi
node scripts/accounts.mjs >out/accounts.md
exit "$code"
