#!/usr/bin/env bash
# The nightly job: drift opens an issue (or brings the open one up to date), no drift closes it; likewise accounts that no
# file has. It fails only if one of both could not be found out, or the issue not be written.
set -euo pipefail
cd "$(dirname "$0")/.."

code=0
scripts/drift.sh || code=$?
case "$code" in
  0) node scripts/publish.mjs close out/issue.md ;;
  7) node scripts/publish.mjs issue out/issue.md ;;
  *) exit "$code" ;;
esac

code=0
scripts/accounts.sh || code=$?
case "$code" in
  0) node scripts/publish.mjs close out/accounts.md ;;
  7) node scripts/publish.mjs issue out/accounts.md ;;
  *) exit "$code" ;;
esac
