#!/usr/bin/env bash
# Runs a command with a display: the one that is there, or a virtual one of Xvfb. Says what to install if there is neither.
set -euo pipefail
if [ -n "${DISPLAY:-}" ]; then
	exec "$@"
fi
if ! command -v Xvfb >/dev/null; then
	echo "no display and no Xvfb; install it (apt-get install xvfb), or run this where there is a display" >&2
	exit 1
fi
exec 3< <(exec Xvfb -displayfd 1 -screen 0 1280x900x24 -nolisten tcp 2>/dev/null)
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
read -r -t 30 number <&3 || { echo "Xvfb did not start" >&2; exit 1; }
DISPLAY=":$number" "$@"
