#!/usr/bin/env bash
# A clean release build of each candidate: seconds, CPU seconds, crates, bytes; then lines of the six functions.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d "${CARGO_TARGET_DIR:-/var/tmp}/build-XXXXXX")
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='%R s, CPU %U + %S s'

# Crates of a lock file that holds this candidate alone, and crates that are compiled on this machine.
crates() {
    local alone=$work/alone-$1
    mkdir -p "$alone/src"
    awk '/^\[dependencies\]/{d=1;print;next} /^\[/{d=0} /^\[(features|\[bin)/{skip=1} /^\[(package|workspace|profile)/{skip=0}
         d && /^#/{keep=index($0, "# '"$1"':")==1;next} d{if(keep){gsub(/, optional = true/,"");print};next}
         !skip' Cargo.toml >"$alone/Cargo.toml"
    echo 'fn main() {}' >"$alone/src/main.rs"
    cargo generate-lockfile --quiet --manifest-path "$alone/Cargo.toml"
    echo "$1: $(($(grep -c '^name = ' "$alone/Cargo.lock") - 1)) crates in the lock file"
}

build() {
    local name=$1 bin=$2
    shift 2
    echo -n "$name: "
    time cargo build --quiet --release -j2 --bin "$bin" --target-dir "$work/$name" "$@"
    echo "$name: $(stat -c %s "$work/$name/release/$bin") bytes, $(find "$work/$name/release/.fingerprint" -mindepth 1 -maxdepth 1 | sed 's/-[0-9a-f]*$//' | sort -u | wc -l) crates compiled"
    rm -rf "${work:?}/$name"
}

cargo fetch --quiet
cargo fetch --quiet --manifest-path newest/Cargo.toml
echo "newest: $(($(grep -c '^name = ' newest/Cargo.lock) - 1)) crates in the lock file"
for one in a b c; do crates "$one"; done
build newest a_newest --manifest-path newest/Cargo.toml
build b b --features b
build c c --features c
for file in a b c c_any; do
    lines=$(awk '/count: on/{c=1;next} /count: off/{c=0} c' "src/bin/$file.rs" | grep -v '^\s*$' | grep -vc '^\s*//')
    echo "$file: $lines lines"
done
