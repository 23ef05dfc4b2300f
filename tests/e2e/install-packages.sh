#!/usr/bin/env bash
# What `make e2e` needs: from Debian a real WordPress with its database, a MediaWiki, an IMAP server, a browser, and what
# Bluesky's development network runs on; and from npm that network. As root; does nothing twice.
set -euo pipefail

packages=(
  chromium
  dovecot-imapd
  g++ make postgresql
  mariadb-server
  mediawiki
  php-apcu php-cli php-curl php-intl php-mbstring php-mysql php-sqlite3 php-xml
  wordpress wordpress-theme-twentytwentythree
)
command -v npm >/dev/null || packages+=(nodejs npm)
bluesky=$(dirname "$0")/servers/bluesky/install.sh

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "all Debian packages for make e2e are installed"
  exec bash "$bluesky"
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "make e2e needs these Debian packages; install them as root: ${missing[*]}" >&2
  exit 1
fi

echo "installing ${missing[*]}"
# The tests start their own servers on free ports: the packages' own must not start.
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$guard"
  chmod 755 "$guard"
  trap 'rm -f "$guard"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
bash "$bluesky"
