#!/usr/bin/env bash
# Installs Bluesky's development network from the lock beside this file, once for each lock and version of node, outside
# the tree. Its last line of output says where. Of all scripts in the packages only one is run: SQLite's compilation.
set -euo pipefail
cd "$(dirname "$0")"

for needed in node npm make g++ python3; do
  if ! command -v "$needed" >/dev/null; then
    echo "Bluesky's development network needs $needed; run as root: bash tests/e2e/install-packages.sh" >&2
    exit 1
  fi
done

key=$(cat package.json package-lock.json | sha256sum | cut -c1-12)-node$(node -p process.versions.modules)
folder=${XDG_CACHE_HOME:-$HOME/.cache}/ofrecord/bluesky-$key
if [ ! -d "$folder" ]; then
  began=$SECONDS
  echo "installing Bluesky's development network into $folder" >&2
  mkdir -p "$(dirname "$folder")"
  made=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$made"' EXIT
  cp package.json package-lock.json "$made"
  (
    cd "$made"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    # The headers that came with node, where they did; else node-gyp downloads them.
    home=$(dirname "$(dirname "$(node -p process.execPath)")")
    [ ! -e "$home/include/node/node.h" ] || export npm_config_nodedir=$home
    JOBS=max npm --prefix node_modules/better-sqlite3 run --loglevel=error build-release
  ) >"$made/install.log" 2>&1 || {
    tail -n 40 "$made/install.log" >&2
    echo "Bluesky's development network could not be installed; see above" >&2
    exit 1
  }
  mv "$made" "$folder"
  trap - EXIT
  echo "that took $((SECONDS - began)) s" >&2
fi
echo "$folder"
