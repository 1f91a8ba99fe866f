#!/usr/bin/env bash
# Looks for what was changed or deleted at the vendors, and changes nothing.
#   0  the vendors have what the last deploy left
#   7  they do not: out/issue.md says where and what to do
#   any other  it could not be found out
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p out

# Whatever ends this before its report: what is read is not that of an earlier night.
node scripts/report.mjs drift unfinished >out/issue.md

code=0
scripts/recorded.sh drift refresh --preview-only --expect-no-changes --diff || code=$?
node scripts/report.mjs drift "$code" drift >out/report.md
mv out/report.md out/issue.md
exit "$code"
