#!/usr/bin/env bash
# What the policies of a preview or a deploy are given beside the program, in out/: sourced by preview.sh and up.sh.
set -euo pipefail

# The state as it is, for policies that compare. Secrets in it stay encrypted.
pulumi stack export --file out/baseline.json
export SUBACCOUNTS_BASELINE="$PWD/out/baseline.json"

# What accounts had used at the last report (usage.sh). Without it, a policy says so where the run lowers a limit.
rm -f out/usage.json
if git remote get-url origin >/dev/null 2>&1; then
  scripts/records.sh get usage.json out/usage.json || echo 'Goes on without what accounts have used.' >&2
fi
if [[ -s out/usage.json ]]; then export SUBACCOUNTS_USAGE="$PWD/out/usage.json"; fi
