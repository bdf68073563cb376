#!/usr/bin/env bash
# Raises the modules that MODULE shares with core to core's versions, so that
# both compile the same packages once (Go's build cache tells packages apart by
# module version). Run after changing a go.mod; prints what is still newer than core.
#   lab/go/align.sh MODULE-DIRECTORY
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
versions() { (cd "$1" && go mod edit -json | jq -r '.Require[] | "\(.Path) \(.Version)"' | sort); }
newer() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | tail -1)" = "$1" ] && [ "$1" != "$2" ]; }
core=$(versions "$here/core")
edits=()
while read -r module theirs ours; do
	newer "$theirs" "$ours" && edits+=("-require=$module@$theirs")
done < <(join <(echo "$core") <(versions "$1"))
[ ${#edits[@]} -eq 0 ] || (cd "$1" && go mod edit "${edits[@]}")
(cd "$1" && go mod tidy)
join <(echo "$core") <(versions "$1") | awk '$2 != $3 { print "newer than core: " $1 " " $3 " (core " $2 ")" }'
