#!/usr/bin/env bash
# Everything that has to be found out on a GPU, in one go; it takes some ten minutes on a large one. Needs Python with torch,
# transformers, sentencepiece, safetensors, numpy and sacrebleu; no Rust, no network. benches/README.md says how to get here.
#
#     benches/gpu.sh CARRY SOURCE REFERENCE [FLAGS of benches/compare/gpu.py]
#
# CARRY is the folder that `.ci/cuda carry` made, SOURCE and REFERENCE are lines of German and English, 10,000 of them or more.
# A step that fails does not stop the others.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
carry=$1 source=$2 reference=$3
program=$carry/depesche
model=tests/tiny-de-en
compare=("${@:4}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Where Python's packages have NVIDIA's libraries, if the system has none.
libraries=$(python3 -c 'import glob, sysconfig; print(":".join(glob.glob(sysconfig.get_paths()["purelib"] + "/nvidia/**/lib", recursive=True)))')
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$libraries

failed=0
# step LIMIT COMMAND: runs it for LIMIT seconds at most. The steps stand in the order of their worth, for a machine that is lent by the minute.
step() {
    local limit=$1 began=$SECONDS
    shift
    printf '\n== %s\n' "$*"
    timeout "$limit" "$@" || { failed=1 && printf '== FAILED: %s\n' $?; }
    printf '== %s s\n' $((SECONDS - began))
}

nvidia-smi
step 20 "$program" doctor
# The ids, states and logits of every family on the GPU, in f32 and in half precision.
step 90 "$carry/tests" parity::
# Both kinds of model in one run: a translator, and one that follows instructions, here one that knows six sentences.
step 60 "$program" brief samples/articles -o "$work/briefing" --device cuda --no-cache \
    --summarizer tests/parity/qwen3/complete/model.gguf
step 30 python3 models/pack.py --unpack "$model" "$work/floats"
step 60 python3 benches/compare/widen.py "$work/floats" "$work/opus"
step 300 python3 benches/compare/gpu.py "$work/opus" "$source" --program "$program" "${compare[@]}"
# A batch that cannot fit, to see it halved.
step 40 "$program" bench --translator "$work/opus" --lines "$source" --device cuda --batch-tokens 100000000 --beam 16
# Whether two batches at once are faster than one.
step 60 "$program" bench --translator "$work/opus" --lines "$source" --beam 1 --device cuda:0,0
# The same text as on the CPU, or nearly; and what half precision costs.
step 600 python3 benches/quality.py precisions "$program" "$source" "$reference" --translator "$work/opus" --beam 4
exit $failed
