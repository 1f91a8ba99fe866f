#!/bin/sh
# gate.sh preview …, gate.sh up …: runs Pulumi with this pack and with the state before. It takes the selected stack, or the
# one in PULUMI_STACK, and of Pulumi's flags those below alone: a flag that it does not know may pass by the policies
# (--skip-preview), by the protection (--ignore-protect) or by the state before (--stack, --cwd), or replace what no policy
# sees replaced (--replace).
set -eu
switches='--yes -y --diff --json -j --refresh -r --expect-no-changes --target-dependents --exclude-dependents
  --suppress-outputs --suppress-progress --suppress-permalink --show-full-output --show-policy-exceptions
  --show-policy-remediations --show-reads --show-replacement-steps --show-sames --urns --non-interactive'
with_value='--policy-pack-config --target -t --exclude -x --message -m --parallel -p --color'

refuse() {
  echo "gate.sh: $1" >&2
  exit 2
}
# is_in <list> <flag>
is_in() {
  case " $(echo "$1" | tr -s '\n' ' ') " in
    *" ${2:-nothing} "*) return 0 ;;
  esac
  return 1
}

case "${1:-}" in
  preview | up) ;;
  *) refuse "only preview and up ask policies, not ${1:-nothing}" ;;
esac
command=$1
shift
asks='' # the flag before, if this argument is its value
for argument in "$@"; do
  if [ -n "$asks" ]; then
    asks=''
  elif is_in "$with_value" "$argument"; then
    asks=$argument
  elif ! is_in "$switches $with_value" "${argument%%=*}"; then
    refuse "$argument is none of the flags that it takes: it may pass by the policies, the protection or the state before"
  fi
done
[ -z "$asks" ] || refuse "$asks needs a value"

baseline=$(mktemp)
trap 'rm -f "$baseline"' EXIT
pulumi stack export --file "$baseline" >/dev/null
SUBACCOUNTS_BASELINE=$baseline pulumi "$command" --policy-pack "$(dirname "$0")/run" "$@"
