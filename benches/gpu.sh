#!/usr/bin/env bash
# Everything that has to be found out on a GPU, in one go; it takes some ten minutes on a large one. Needs Python with torch,
# transformers, sentencepiece, safetensors, numpy and sacrebleu; no Rust, no network. benches/README.md says how to get here.
#
#     benches/gpu.sh CARRY SOURCE REFERENCE
#
# CARRY is the folder that `.ci/cuda carry` made, SOURCE and REFERENCE are lines of German and English, 10,000 of them or more.
# A step that fails does not stop the others.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
carry=$1 source=$2 reference=$3
program=$carry/depesche
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Where Python's packages have NVIDIA's libraries, if the system has none.
libraries=$(python3 -c 'import glob, sysconfig; print(":".join(glob.glob(sysconfig.get_paths()["purelib"] + "/nvidia/**/lib", recursive=True)))')
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$libraries

failed=0
step() {
    printf '\n== %s\n' "$*"
    local began=$SECONDS
    "$@" || { failed=1 && printf '== FAILED\n'; }
    printf '== %s s\n' $((SECONDS - began))
}

nvidia-smi
step "$program" doctor
# The ids, states and logits of every family on the GPU, in f32 and in half precision.
step "$carry/tests" parity::
# Both kinds of model in one run: a translator, and one that follows instructions, here one that knows six sentences.
step "$program" brief samples/articles -o "$work/briefing" --device cuda --no-cache \
    --summarizer tests/parity/qwen3/complete/model.gguf
step python3 models/pack.py --unpack models/tiny-de-en "$work/floats"
step python3 benches/compare/widen.py "$work/floats" "$work/opus"
step python3 benches/compare/gpu.py "$work/opus" "$source" --program "$program"
# Whether two batches at once are faster than one.
step "$program" bench --translator "$work/opus" --lines "$source" --beam 1 --device cuda:0,0
# The same text as on the CPU, or nearly; and what half precision costs.
step python3 benches/quality.py precisions "$program" "$source" "$reference" --translator "$work/opus" --beam 4
# A batch that cannot fit, to see it halved.
step "$program" bench --translator "$work/opus" --lines "$source" --device cuda --batch-tokens 100000000 --beam 16
exit $failed
