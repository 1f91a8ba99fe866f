#!/usr/bin/env bash
# Looks for what was changed or deleted at the vendors, and changes nothing.
#   0  the vendors have what the last deploy left
#   7  they do not: out/issue.md says where and what to do
#   any other  it could not be found out
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p out

code=0
scripts/recorded.sh drift refresh --preview-only --expect-no-changes --diff || code=$?
node scripts/report.mjs drift "$code" drift >out/issue.md
exit "$code"
