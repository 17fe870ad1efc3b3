#!/usr/bin/env bash
# Print where the tests put their files: in memory where there is plenty, else where temporary files go.
# They make some 2,000 databases, each from nothing and for itself, and none has to outlive the machine.
set -euo pipefail

usual=${TMPDIR:-/tmp}
memory=/dev/shm
if [ -n "${TMPDIR:-}" ] || ! [ -w "$memory" ] || ! [ -r /proc/meminfo ]; then
    echo "$usual"
    exit 0
fi
room=$(df --output=avail -k "$memory" | tail -1)
free=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
# Programs are installed and started there, too.
options=$(awk -v place="$memory" '$2 == place { print $4 }' /proc/mounts)
if [ "$room" -ge 4000000 ] && [ "$free" -ge 6000000 ] && ! [[ ,$options, == *,noexec,* ]]; then
    echo "$memory"
else
    echo "$usual"
fi
