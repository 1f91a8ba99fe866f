#!/usr/bin/env bash
# Keeps what outlives a run in the branch `records` of this repository: the trail, the history of the reports, and what
# accounts have used. No history is rewritten: each change is a commit.
#   records.sh get <name> <file>          writes a file of the branch (of a folder, `trail/`, all files); nothing, if none
#   records.sh put <name> <file> …        replaces files of the branch
#   records.sh append <name> <file> …     adds to files of the branch, and empties those that were added
set -euo pipefail
cd "$(dirname "$0")/.."
branch=records
export GIT_TERMINAL_PROMPT=0

fail() {
  echo "error: $1" >&2
  exit 1
}

# Sets `last` to the newest commit of the branch; empty, if there is no such branch.
fetch() {
  local code=0
  last=''
  git ls-remote --exit-code origin "refs/heads/$branch" >/dev/null || code=$?
  case "$code" in
    0) git fetch --quiet --depth 1 origin "refs/heads/$branch" && last=$(git rev-parse FETCH_HEAD) ;;
    2) ;;
    *) fail "the branch $branch cannot be read: git ls-remote ended with $code. See what it says above" ;;
  esac
}

get() {
  [[ -n "$last" ]] || return 0
  local names=()
  mapfile -t names < <(git ls-tree -r --name-only "$last" -- "$1")
  [[ ${#names[@]} -eq 0 ]] || for name in "${names[@]}"; do git show "$last:$name"; done
}

# Commits the files on top of `last`, and pushes that. Its caller tries again, so that bash does not stop it by itself.
write() {
  local how=$1 index tree blob commit
  shift
  index=$(mktemp -d) || return
  export GIT_INDEX_FILE="$index/index"
  [[ -z "$last" ]] || git read-tree "$last" || return
  while [[ $# -gt 0 ]]; do
    { [[ "$how" == put ]] || get "$1" >"$index/file"; } || return
    cat "$2" >>"$index/file" || return
    blob=$(git hash-object -w "$index/file") || return
    git update-index --add --cacheinfo "100644,$blob,$1" || return
    rm "$index/file"
    shift 2
  done
  tree=$(git write-tree) || return
  unset GIT_INDEX_FILE
  rm -rf "$index"
  if [[ -n "$last" && "$tree" == "$(git rev-parse "$last^{tree}")" ]]; then return; fi
  commit=$(git -c user.name=pipeline -c user.email=pipeline@invalid \
    commit-tree "$tree" ${last:+-p "$last"} -m 'records [skip ci]') || return
  git push --quiet origin "$commit:refs/heads/$branch"
}

how=${1:-}
shift || true
[[ $# -ge 2 && $(($# % 2)) -eq 0 ]] || fail 'records.sh takes get, put or append, and pairs of a name and a file'
case "$how" in
  get)
    fetch
    get "$1" >"$2.part"
    if [[ -s "$2.part" ]]; then mv "$2.part" "$2"; else rm "$2.part"; fi
    ;;
  put | append)
    [[ "$how" == put || -s "$2" ]] || exit 0
    # Another job may push in between: then its commit comes first.
    for attempt in 1 2 3 4 5; do
      fetch
      if write "$how" "$@"; then break; fi
      [[ "$attempt" -lt 5 ]] || fail "the branch $branch cannot be written: may this job push to it? What it was to get is still in $2"
    done
    if [[ "$how" == append ]]; then : >"$2"; fi
    ;;
  *) fail 'records.sh takes get, put or append' ;;
esac
