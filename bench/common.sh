# Shared by the scripts here: the release binary and a fresh project of the tour.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
built=${CARGO_TARGET_DIR:-$root/target}/release
work=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then kill -INT "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT

build_rjango() { cargo build --quiet --release --manifest-path "$root/Cargo.toml" --bin rjango; }
rjango() { "$built/rjango" "$@"; }
now() { python3 -c 'import time; print(time.monotonic())'; }
since() { python3 -c "import time; print(f'{time.monotonic() - $1:.3f}')"; }

# The tour's project in $work/mysite, with its tables.
tour() {
    (cd "$work" && rjango demo "$work/mysite" --no-serve >/dev/null 2>&1)
    cd "$work/mysite"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

wait_for() { # URL
    for _ in $(seq 1 3000); do curl -sf -o /dev/null "$1" && return; sleep 0.1; done
    echo "error: nothing answers at $1" >&2
    exit 1
}
