#!/usr/bin/env bash
# Shows what a merge would do, under the policies. Leaves out/comment.md for the reviewers, and exits with 0 only if the
# change may be merged. It calls no vendor, so the keys of the vendors may be any text.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p out

# The state as it is, for policies that compare. Secrets in it stay encrypted.
pulumi stack export --file out/baseline.json
export SUBACCOUNTS_BASELINE="$PWD/out/baseline.json"

code=0
pulumi preview --diff --non-interactive --color never \
  --policy-pack policy/run --policy-pack-config policy/policy-config.json \
  >out/preview.txt 2>&1 || code=$?
cat out/preview.txt
node scripts/report.mjs preview "$code" out/preview.txt >out/comment.md
exit "$code"
