#!/usr/bin/env bash
# Makes docs/briefing.png, the picture of the README: the first page of the samples' briefing in a browser window.
# Needs cargo, Chromium, and pngquant to keep the picture small.
#
#   docs/screenshot.sh [DEPESCHE]     with a program that is built already
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

depesche=${1:-}
if [ -z "$depesche" ]; then
    cargo build --release
    depesche=target/release/depesche
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$depesche" brief samples/articles -o "$folder/briefing" --format html --no-cache --quiet
chromium --headless --no-sandbox --hide-scrollbars --force-color-profile=srgb --force-device-scale-factor=1.5 \
    --window-size=920,760 --screenshot="$folder/briefing.png" "file://$folder/briefing/index.html" 2>/dev/null
pngquant --force --output docs/briefing.png 64 "$folder/briefing.png"
echo "docs/briefing.png: $(stat -c %s docs/briefing.png) bytes"
