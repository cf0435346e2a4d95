#!/usr/bin/env bash
# Starts a private Redis in FOLDER and comes back when it answers.
#
#   tests/servers/redis.sh FOLDER
#
# Leaves FOLDER/pid and FOLDER/url. It keeps nothing on disk.
set -euo pipefail
folder=$1

if ! command -v redis-server > /dev/null; then
    echo "$0: installing redis-server" >&2
    # Debian starts one of its own at installation, which nobody asked for.
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq redis-server > /dev/null
fi

port=$((20000 + RANDOM % 20000))
while (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$folder" --requirepass 'p@ss/word' \
    < /dev/null > "$folder/log" 2>&1 &
echo $! > "$folder/pid"
for _ in $(seq 100); do
    if REDISCLI_AUTH='p@ss/word' redis-cli -p "$port" ping 2> /dev/null | grep -q PONG; then
        echo "redis://:p%40ss%2Fword@127.0.0.1:$port/0" > "$folder/url"
        exit
    fi
    sleep 0.1
done
tail "$folder/log" >&2
exit 1
