#!/usr/bin/env bash
# Publishes what preview.sh left as the comment on the pull request. Where it was never started (no packages, no CLI), that
# is said, so that the comment of an earlier push does not stay.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p out

[[ -s out/comment.md ]] || node scripts/report.mjs preview unfinished >out/comment.md
if [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then cat out/comment.md >>"$GITHUB_STEP_SUMMARY"; fi
node scripts/publish.mjs comment out/comment.md
