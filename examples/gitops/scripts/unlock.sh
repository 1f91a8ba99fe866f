#!/usr/bin/env bash
# After a killed deploy (a lost runner, kill -9): releases the lock that it left. Only when no deploy is under way.
set -euo pipefail
cd "$(dirname "$0")/.."

pulumi cancel --yes --non-interactive
echo 'Released. Now run scripts/up.sh: it takes over what the killed run left at the vendors, and creates nothing twice.'
echo 'If it warns of pending operations: pulumi refresh --clear-pending-creates --yes, once it has ended well.'
