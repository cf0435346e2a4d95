#!/usr/bin/env bash
# Starts a private memcached in FOLDER and comes back when it answers.
#
#   tests/servers/memcached.sh FOLDER
#
# Leaves FOLDER/pid and FOLDER/url.
set -euo pipefail
folder=$1

if ! command -v memcached > /dev/null; then
    echo "$0: installing memcached" >&2
    # Debian starts one of its own at installation, which nobody asked for.
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq memcached > /dev/null
fi

as=()
[ "$(id -u)" = 0 ] && as=(-u nobody) # memcached refuses to run as root
port=$((20000 + RANDOM % 20000))
while (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
memcached "${as[@]}" -l 127.0.0.1 -p "$port" -U 0 -m 64 -c 256 -t 2 < /dev/null > "$folder/log" 2>&1 &
echo $! > "$folder/pid"
for _ in $(seq 100); do
    if (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
        echo "memcached://127.0.0.1:$port" > "$folder/url"
        exit
    fi
    sleep 0.1
done
tail "$folder/log" >&2
exit 1
