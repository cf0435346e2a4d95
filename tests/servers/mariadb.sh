#!/usr/bin/env bash
# Starts a private MariaDB in FOLDER and comes back when it answers.
#
#   tests/servers/mariadb.sh FOLDER
#
# Leaves FOLDER/pid, FOLDER/url, FOLDER/socket, and FOLDER/tls with the certificates of a throw-away authority. Nothing is safe
# from a power cut.
set -euo pipefail
folder=$1

PATH=$PATH:/usr/sbin
if ! command -v mariadbd > /dev/null; then
    echo "$0: installing mariadb-server" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq mariadb-server > /dev/null
fi

as=()
if [ "$(id -u)" = 0 ]; then # MariaDB refuses to run as root
    chown mysql "$folder"
    as=(setpriv --reuid=mysql --regid=mysql --init-groups)
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

# What the machine's own configuration says is not read: --no-defaults. A server that starts deletes the temporary tables that it finds, those of
# another one too: it has a folder of its own for them.
"${as[@]}" mkdir "$folder/tmp"
"${as[@]}" mariadb-install-db --no-defaults --datadir="$folder/data" --tmpdir="$folder/tmp" --auth-root-authentication-method=normal \
    --skip-test-db > "$folder/install.log" 2>&1 || { tail "$folder/install.log" >&2; exit 1; }
cat > "$folder/users.sql" << END
CREATE USER aludel@'%' IDENTIFIED BY 'p@ss/word';
GRANT ALL ON *.* TO aludel@'%';
CREATE USER certified@'%' REQUIRE X509;
CREATE DATABASE aludel;
END

port=$((20000 + RANDOM % 20000))
while (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
"${as[@]}" mariadbd --no-defaults --datadir="$folder/data" --socket="$folder/socket" --pid-file="$folder/server.pid" \
    --tmpdir="$folder/tmp" --port="$port" --bind-address=127.0.0.1 --init-file="$folder/users.sql" --max-connections=400 --default-time-zone=+05:45 \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync --sync-binlog=0 --sync-frm=0 \
    --ssl-ca="$tls/ca.pem" --ssl-cert="$tls/server.pem" --ssl-key="$tls/server.key" \
    < /dev/null > "$folder/log" 2>&1 &
echo $! > "$folder/pid"
for _ in $(seq 300); do
    if mariadb --no-defaults -S "$folder/socket" -u aludel -p'p@ss/word' -e "SELECT 1" > /dev/null 2>&1; then
        # By its socket, which is faster.
        echo "mariadb://aludel:p%40ss%2Fword@127.0.0.1:$port/aludel?socket=$folder/socket" > "$folder/url"
        exit
    fi
    sleep 0.1
done
tail "$folder/log" >&2
exit 1
