#!/usr/bin/env bash
# Shows what a merge would do, under the policies. Leaves out/comment.md for the reviewers, and exits with 0 only if the
# change may be merged. It calls no vendor, so the keys of the vendors may be any text.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf out
mkdir out

# Whatever ends this before its report, even a kill: what reviewers read is not the comment of an earlier push.
node scripts/report.mjs preview unfinished >out/comment.md

# shellcheck source=scripts/prepare.sh
source scripts/prepare.sh
# What the change costs, as the policy `budget` reckons it, for the report.
export SUBACCOUNTS_BUDGET_CHANGE="$PWD/out/budget-change.json"

code=0
# Types are checked here, and taken out by Node where the program runs.
check() {
  node node_modules/typescript/bin/tsc && node scripts/policy-config.mjs
}
if check >out/preview.txt 2>&1; then
  scripts/recorded.sh preview preview --diff \
    --policy-pack policy/run --policy-pack-config out/policy-config.json || code=$?
else
  code=1
  cat out/preview.txt
  node scripts/changes.mjs </dev/null >out/preview.json
fi
node scripts/report.mjs preview "$code" preview >out/report.md
mv out/report.md out/comment.md
exit "$code"
