#!/usr/bin/env bash
# Starts H2 in its Oracle mode, all of it in memory, and comes back when it answers: what Oracle's SQL is run on.
#
#   tests/servers/h2.sh FOLDER
#
# Leaves FOLDER/pid and FOLDER/url.
set -euo pipefail
folder=$1
here=$(dirname "$0")

jar=/usr/share/java/h2.jar
if ! command -v javac > /dev/null || [ ! -e "$jar" ]; then
    echo "$0: installing default-jdk-headless and libh2-java" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq default-jdk-headless libh2-java > /dev/null
fi

javac -cp "$jar" -d "$folder" "$here/../oracle-emulator/OracleEmulator.java"
java -Xmx2g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$jar:$folder" OracleEmulator < /dev/null > "$folder/port" 2> "$folder/log" &
echo $! > "$folder/pid"
for _ in $(seq 300); do
    if [ -s "$folder/port" ]; then
        echo "oracle+h2://127.0.0.1:$(cat "$folder/port")" > "$folder/url"
        exit
    fi
    sleep 0.1
done
cat "$folder/log" >&2
exit 1
