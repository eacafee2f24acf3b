#!/usr/bin/env bash
# Rounds of every candidate in turn against SQLite and a temporary PostgreSQL; prints medians and spreads.
# As root, PostgreSQL is run by the user `postgres`. Settings: ROUNDS, SECONDS_EACH, PG_BIN, CARGO_TARGET_DIR.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-3} pg_bin=${PG_BIN:-/usr/lib/postgresql/15/bin}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
out=$CARGO_TARGET_DIR

for feature in a b c; do
    cargo build --quiet --release --features "$feature" --target-dir "$out/$feature"
done
cargo build --quiet --release --manifest-path newest/Cargo.toml --target-dir "$out/newest"
programs=(newest/release/a_newest a/release/a b/release/b b/release/b_sql c/release/c c/release/c_any)

# A temporary cluster with default durability, reached by a Unix socket only.
work=$(mktemp -d)
as_postgres() { if [ "$(id -u)" = 0 ]; then su postgres -c "$1"; else bash -c "$1"; fi; }
cleanup() {
    as_postgres "$pg_bin/pg_ctl -D $work/pg/data -m fast -w stop" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT
chmod 755 "$work" && mkdir "$work/pg"
[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
as_postgres "$pg_bin/initdb -D $work/pg/data -U postgres -A trust >/dev/null"
as_postgres "$pg_bin/pg_ctl -D $work/pg/data -o \"-c listen_addresses='' -k $work/pg\" -l $work/pg/log -w start >/dev/null"
url="postgres:///postgres?host=$work/pg&user=postgres"

# Waits up to 10 s for the other work of the machine to rest; says whether it did.
quiet() {
    local _ u n s i rest u2 n2 s2 i2 tries
    for tries in {1..20}; do
        read -r _ u n s i rest </proc/stat
        sleep 0.5
        read -r _ u2 n2 s2 i2 rest </proc/stat
        local busy=$((u2 + n2 + s2 - u - n - s)) idle=$((i2 - i))
        if [ $((busy * 100)) -lt $(((busy + idle) * 10)) ]; then echo quiet && return; fi
    done
    echo busy
}

log=${LOG:-$work/log}
: >"$log"
for round in $(seq "$rounds"); do
    sync_us=$(python3 - "$work/probe" <<'PY'
import os, sys, time
f = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
t = []
for _ in range(500):
    start = time.perf_counter()
    os.write(f, b"x" * 4096)
    os.fdatasync(f)
    t.append(time.perf_counter() - start)
print(round(sorted(t)[250] * 1e6))
PY
    )
    echo "$round probe fdatasync_us $sync_us -" | tee -a "$log"
    for task in "write lite" "read lite" "write-one pg" "write pg" "read pg"; do
        for turn in $(seq 0 $((${#programs[@]} - 1))); do
            program=${programs[$(((turn + round) % ${#programs[@]}))]}
            state=$(quiet)
            rm -f "$work"/hub.db*
            target=$work/hub.db
            [ "${task#* }" = lite ] || target=$url
            # shellcheck disable=SC2086
            rate=$("$out/$program" $task "$seconds" "$target")
            echo "$round ${task/ /-} ${program##*/} $rate $state" | tee -a "$log"
        done
    done
done

echo "what candidate median min max rounds quiet"
sort -k2,2 -k3,3 -k4,4n "$log" | awk '
    function flush() { if (n) print key, v[int((n + 1) / 2)], v[1], v[n], n, q }
    { if ($2 " " $3 != key) { flush(); key = $2 " " $3; n = q = 0 } v[++n] = $4; if ($5 == "quiet") q++ }
    END { flush() }'
