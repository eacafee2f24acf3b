# Short names for what one types often. Anything longer than a line is a task of `cargo xtask`.

# Lists these recipes.
default:
    @just --list

# Formatting, clippy and documentation, warnings denied.
check:
    cargo xtask lint

# Every test; PostgreSQL is installed and started if need be. `just test -p switchboard-engine`
test *arguments:
    cargo xtask test {{ arguments }}

# Formats, and lets clippy mend what it can.
fix:
    cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged && cargo fmt --all

# Writes docs/openapi.json anew after a change of the API.
openapi:
    cargo xtask openapi

# Lays out the folder of a connector: `just new-connector line`
new-connector name:
    cargo xtask new-connector {{ name }}

# Licences, advisories and banned crates; needs cargo-deny.
deny:
    cargo deny check
