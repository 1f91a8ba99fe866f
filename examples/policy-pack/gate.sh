#!/bin/sh
# gate.sh preview …, gate.sh up …: runs Pulumi with this pack and with the state before, and refuses what asks no policy.
# It takes the selected stack, or the one in PULUMI_STACK.
set -eu
case "${1:-}" in
  preview | up) ;;
  *) echo "gate.sh: only preview and up ask policies, not ${1:-nothing}" >&2 && exit 2 ;;
esac
for argument in "$@"; do
  case "$argument" in
    -[!-]*[fs]* | -[fs]* | --skip-preview* | --stack* | --policy-pack | --policy-pack=*)
      echo "gate.sh: $argument would pass by the policies, or by the state before" >&2 && exit 2 ;;
  esac
done
baseline=$(mktemp)
trap 'rm -f "$baseline"' EXIT
pulumi stack export --file "$baseline" >/dev/null
SUBACCOUNTS_BASELINE=$baseline pulumi "$@" --policy-pack "$(dirname "$0")/run"
