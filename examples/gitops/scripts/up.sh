#!/usr/bin/env bash
# Makes the vendors match the files, under the policies: one run at a time. With --refresh it first reads what the vendors
# have, and so undoes what was changed there. It appends to the trail what it changes (trail.mjs). It takes no other flag of
# `pulumi up`: some pass by the policies or by the protection, or replace what no policy sees replaced.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ $# -gt 1 || "${1:---refresh}" != --refresh ]]; then
  echo "up.sh: it takes --refresh and nothing else, not $*" >&2
  exit 2
fi
mkdir -p out

help() {
  code=$?
  [[ "$code" -eq 0 ]] || cat >&2 <<'HELP'

The deploy failed, and what it had done until then is saved.
- A refused file, policy or key: correct it, and deploy again.
- "The stack is currently locked": another deploy is under way, or the last one was killed. In the latter case, and only
  then, run scripts/unlock.sh, and deploy again: it finds what the killed run left at the vendors.
- "The trail … lacks changes": the deploy itself is done.
HELP
  exit "$code"
}
trap help EXIT

# shellcheck source=scripts/prepare.sh
source scripts/prepare.sh
node scripts/policy-config.mjs

# Without --skip-preview: what a policy has against the whole stack, it says at the end of a preview or of an update,
# and only at the end of the preview is nothing changed yet.
scripts/with-events.sh trail.mjs up --yes --diff --suppress-outputs \
  --policy-pack policy/run --policy-pack-config out/policy-config.json "$@" 4>&1
