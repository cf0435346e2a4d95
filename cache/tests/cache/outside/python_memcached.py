"""Reads what Aludel wrote to servers of memcached, and writes what Aludel reads: ADDRESS=WEIGHT …"""

import sys

import memcache

servers = [address.rsplit("=", 1) for address in sys.argv[1:]]
client = memcache.Client([(address, int(weight)) for address, weight in servers])
keys = [f"rust{n}" for n in range(400)]
found = client.get_multi(keys)
for key in keys:
    one = client.get(key)
    for value in (found.get(key), one):
        text = value.decode() if isinstance(value, bytes) else value
        if text != key:
            sys.exit(f"{key} is {value!r}")
for n in range(400):
    if not client.set(f"python{n}", f"python{n}"):
        sys.exit(f"python{n} was not stored")
