#!/usr/bin/env bash
# Makes the files of the container image below a folder; the Dockerfile copies them, and without Docker they can be
# looked at and tried (docs/OPERATIONS.md).
set -euo pipefail
[ $# = 1 ] || { echo "usage: packaging/image-tree.sh FOLDER" >&2 && exit 2; }
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$1/opt" "$1/etc/demitasse"
tree=$(cd "$1" && pwd)
"$root/demitasse" package --output "$tree/opt/demitasse"
cp "$root/packaging/demitasse.properties" "$tree/etc/demitasse/"
# The user of the Dockerfile owns what it writes, and nothing else.
user=10001
install -d -m 0700 -o $user -g $user "$tree/var/lib/demitasse" "$tree/var/cache/demitasse"
