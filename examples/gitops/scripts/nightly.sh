#!/usr/bin/env bash
# The nightly job: drift opens an issue (or brings the open one up to date), no drift closes it; likewise accounts that no
# file has. It fails only if one of both could not be found out, or the issue not be written.
set -euo pipefail
cd "$(dirname "$0")/.."

# An issue is written by what a check says: `tell <check> <report>`.
tell() {
  code=0
  "scripts/$1" || code=$?
  case "$code" in
    0) node scripts/publish.mjs close "$2" ;;
    7) node scripts/publish.mjs issue "$2" ;;
    *) exit "$code" ;;
  esac
}

tell drift.sh out/issue.md
tell accounts.sh out/accounts.md
