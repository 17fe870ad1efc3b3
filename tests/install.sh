#!/usr/bin/env bash
# Install the Debian packages of debian-packages.txt that are missing, as far as this user and this machine allow, and
# unpack those of debian-unpacked.txt, which cannot be installed beside them, in .build/debian.
# What cannot be had is named, and the tests that need it are skipped with that reason.
set -euo pipefail
cd "$(dirname "$0")"

unpack() {
    local package folder
    while read -r package; do
        case $package in '' | \#*) continue ;; esac
        folder=$PWD/../.build/debian/$package
        if [ -d "$folder" ]; then
            continue
        fi
        rm -rf "$folder.new"
        mkdir -p "$folder.new"
        # Nothing in it runs with the rights of its owner: it is no part of this machine.
        if (cd "$folder.new" && apt-get download -qq -o APT::Sandbox::User="$(id -un)" "$package" &&
            dpkg-deb -x ./*.deb . && rm ./*.deb && chmod -R u-s,g-s .); then
            mv "$folder.new" "$folder"
        else
            rm -rf "$folder.new"
            echo "Not unpacked: $package. The tests that need it are skipped."
        fi
    done <debian-unpacked.txt
}

missing=()
while read -r package; do
    case $package in '' | \#*) continue ;; esac
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done <debian-packages.txt
# Node is large and often there already, from another source than Debian's.
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)

if [ ${#missing[@]} = 0 ]; then
    if command -v apt-get >/dev/null; then
        unpack
    fi
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed: ${missing[*]}. The tests that need them are skipped; as root, make test installs them on Debian."
    if command -v apt-get >/dev/null; then
        unpack
    fi
    exit 0
fi

# No package may start a service on this machine.
policy=/usr/sbin/policy-rc.d
if [ -e "$policy" ] || [ -L "$policy" ]; then
    mv "$policy" "$policy.pillarbox"
    trap 'mv "$policy.pillarbox" "$policy"' EXIT
else
    trap 'rm -f "$policy"' EXIT
fi
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
echo "Installing Debian packages for the tests: ${missing[*]}"
if command -v debconf-set-selections >/dev/null; then
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
fi
if ! { apt-get update -qq && apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null; }; then
    echo "They could not all be installed. The tests that need them are skipped."
fi
unpack
