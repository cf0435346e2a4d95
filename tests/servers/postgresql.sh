#!/usr/bin/env bash
# Starts a private PostgreSQL in FOLDER and comes back when it answers.
#
#   tests/servers/postgresql.sh FOLDER
#
# Leaves FOLDER/pid, FOLDER/url, and FOLDER/tls with the certificates of a throw-away authority. Nothing is safe from a power cut.
set -euo pipefail
folder=$1

programs() { find /usr/lib/postgresql -maxdepth 2 -name bin 2> /dev/null | sort -V | tail -1; }
bin=$(programs)
if [ -z "$bin" ]; then
    echo "$0: installing postgresql" >&2
    mkdir -p /etc/postgresql-common # the package makes a cluster of its own unless it is told not to
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql > /dev/null
    bin=$(programs)
fi

as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
    chown postgres "$folder"
    as=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi

tls=$folder/tls
"${as[@]}" mkdir "$tls"
key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
authority() { # file name, name
    "${as[@]}" openssl req -x509 "${key[@]}" -days 2 -subj "/CN=$2" -keyout "$tls/$1.key" -out "$tls/$1.pem" 2> /dev/null
}
certificate() { # file name, name
    "${as[@]}" openssl req "${key[@]}" -subj "/CN=$2" -addext "subjectAltName=DNS:$2" -keyout "$tls/$1.key" -out "$tls/$1.csr" 2> /dev/null
    "${as[@]}" openssl x509 -req -in "$tls/$1.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -days 2 -copy_extensions copy -out "$tls/$1.pem" 2> /dev/null
}
authority ca "Aludel tests"
authority stranger "Some other authority"
certificate server localhost
certificate client aludel
chmod o+r "$tls"/*.key # the tests read the client's; none of them guards anything
chmod o-r "$tls/server.key"

echo "p@ss/word" > "$folder/password"
(cd "$folder" && "${as[@]}" "$bin/initdb" --pgdata="$folder/data" --username=aludel --pwfile="$folder/password" --no-sync \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 > "$folder/initdb.log")
cat > "$folder/data/pg_hba.conf" << END
local all all trust
hostssl certified all 127.0.0.1/32 cert clientcert=verify-full
host all hashed 127.0.0.1/32 md5
host all plain 127.0.0.1/32 password
host all all 127.0.0.1/32 scram-sha-256
END

port=$((20000 + RANDOM % 20000))
while (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
"${as[@]}" "$bin/postgres" -D "$folder/data" -p "$port" -k "$folder" -c listen_addresses=127.0.0.1 -c max_connections=400 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c deadlock_timeout=100ms -c timezone=Asia/Kathmandu \
    -c ssl=on -c ssl_ca_file="$tls/ca.pem" -c ssl_cert_file="$tls/server.pem" -c ssl_key_file="$tls/server.key" \
    < /dev/null > "$folder/log" 2>&1 &
echo $! > "$folder/pid"
for _ in $(seq 300); do
    if "$bin/pg_isready" -q -h "$folder" -p "$port"; then
        "$bin/psql" -q -h "$folder" -p "$port" -U aludel -d postgres -c "CREATE DATABASE certified"
        echo "postgresql://aludel:p%40ss%2Fword@127.0.0.1:$port/postgres" > "$folder/url"
        exit
    fi
    sleep 0.1
done
tail "$folder/log" >&2
exit 1
