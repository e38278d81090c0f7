# List the recipes
default:
    @just --list --unsorted

# Run everything that must pass: fmt, clippy, test, doc (the same as .ci/run)
check:
    .ci/run

# Rewrite the golden files; read the diff before you commit it
bless:
    BLESS=1 cargo test
    git diff --stat -- tests/golden samples

# Remake the picture of the README (needs Chromium and pngquant)
picture:
    docs/screenshot.sh

# Remake the fixtures of Hugging Face transformers (Python packages: see the head of each script)
fixtures:
    python tests/parity/marian/make.py
    python tests/parity/marian/make_complete.py
    python tests/tokenizer/make.py

# Translate the lines of SOURCE and score them against REFERENCE (pip install sacrebleu==2.6.0)
bench SOURCE REFERENCE *OPTIONS:
    cargo build --release
    target/release/depesche translate --lines --raw {{OPTIONS}} < {{quote(SOURCE)}} > target/hypotheses.en
    python benches/quality.py score target/hypotheses.en {{quote(REFERENCE)}}
