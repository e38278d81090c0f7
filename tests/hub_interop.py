"""One cache, two programs: what Python's huggingface_hub fetched depesche uses, and the other way round.

Not part of the test suite. Both fetch from the hub of the tests, then each works offline from what the other left:

    pip install huggingface_hub==2.4.0 transformers==5.23.0 torch==2.15.0 sentencepiece==0.2.3
    cargo build --example hub_server
    python tests/hub_interop.py target/debug/depesche target/debug/examples/hub_server
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FIXTURE = Path(__file__).resolve().parent / "parity/marian/complete"
ID = "presse/marian-complete"
LINES = [line["source"] for line in json.loads((FIXTURE / "expected.json").read_text())["lines"][:5]]
EXPECTED = [line["beam"]["text"] for line in json.loads((FIXTURE / "expected.json").read_text())["lines"][:5]]

# In processes of their own: huggingface_hub reads its settings when it is imported.
SNAPSHOT = f"from huggingface_hub import snapshot_download; print(snapshot_download({ID!r}))"
FILE_BY_FILE = f"""
from huggingface_hub import hf_hub_download
for name in ["config.json", "generation_config.json", "source.spm", "target.spm", "vocab.json", "model.safetensors"]:
    print(hf_hub_download({ID!r}, name))
"""
TRANSLATE = f"""
import json, sys
from transformers import MarianMTModel, MarianTokenizer
words, model = MarianTokenizer.from_pretrained({ID!r}), MarianMTModel.from_pretrained({ID!r}).eval()
for line in json.loads(sys.argv[1]):
    print(words.decode(model.generate(**words([line], return_tensors="pt"))[0], skip_special_tokens=True))
"""
SCAN = """
from huggingface_hub import scan_cache_dir
cache = scan_cache_dir()
print([str(warning) for warning in cache.warnings], [(repo.repo_id, repo.nb_files) for repo in cache.repos])
"""


def run(command: list[str], environment: dict[str, str], text: str = "") -> str:
    done = subprocess.run(command, input=text, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command[:3]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def check(what: str, found: list[str]) -> None:
    print(f"{'ok    ' if found == EXPECTED else 'WRONG '} {what}")
    if found != EXPECTED:
        raise SystemExit(f"expected {EXPECTED}\nfound    {found}")


def main() -> None:
    depesche, server = (str(Path(path).resolve()) for path in sys.argv[1:3])
    hub = subprocess.Popen([server, "0", f"{ID}={FIXTURE}"], stdout=subprocess.PIPE, text=True)
    online = {"HF_ENDPOINT": hub.stdout.readline().strip().removeprefix("HF_ENDPOINT="), "HF_HUB_OFFLINE": "0"}
    offline = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"}
    python = [sys.executable, "-c"]
    ours = [depesche, "translate", "--lines", "--raw", "--precision", "f32", "--translator", ID]
    lines = "".join(f"{line}\n" for line in LINES)
    try:
        print(run(python + ["import huggingface_hub, transformers, torch; print('huggingface_hub', huggingface_hub.__version__, "
                            "'transformers', transformers.__version__, 'torch', torch.__version__)"], offline).strip())
        print(run([depesche, "--version"], offline).strip())
        for way, fetch in (("snapshot_download", SNAPSHOT), ("hf_hub_download", FILE_BY_FILE)):
            with tempfile.TemporaryDirectory() as home:
                run(python + [fetch], online | {"HF_HOME": home})
                check(f"{way} fetched, depesche translates offline", run(ours, offline | {"HF_HOME": home}, lines).splitlines())
                run([depesche, "models", "verify", ID], offline | {"HF_HOME": home})
                print(f"ok     {way} fetched, depesche verified it")
                run([depesche, "models", "fetch", ID], online | {"HF_HOME": home})
                print("       " + run(python + [SCAN], offline | {"HF_HOME": home}).strip())
        with tempfile.TemporaryDirectory() as home:
            run([depesche, "models", "fetch", ID], online | {"HF_HOME": home})
            check("depesche fetched, transformers translates offline",
                  run(python + [TRANSLATE, json.dumps(LINES)], offline | {"HF_HOME": home}).splitlines())
            print("       " + run(python + [SCAN], offline | {"HF_HOME": home}).strip())
            # Goes on from what is there, and completes it.
            run(python + [SNAPSHOT], online | {"HF_HOME": home})
            check("both fetched, depesche translates offline", run(ours, offline | {"HF_HOME": home}, lines).splitlines())
            print("       " + run(python + [SCAN], offline | {"HF_HOME": home}).strip())
    finally:
        hub.terminate()


if __name__ == "__main__":
    main()
