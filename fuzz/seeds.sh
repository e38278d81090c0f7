#!/usr/bin/env bash
# Writes what a fuzzer begins with: corpus/TARGET/*, from samples and fixtures of the project.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

seed() { mkdir -p "corpus/$1" && cat > "corpus/$1/$2"; }
byte() { printf "\\x$(printf %02x "$1")"; }

number=0
for file in ../samples/articles/*.* ../samples/articles/*/* ../tests/formats/* ../tests/readers/*.pdf; do
    [ -f "$file" ] || continue
    number=$((number + 1))
    case $file in
        *.md) seed markdown "$number" < "$file"; kind=1 ;;
        *.html | *.htm) seed html "$number" < "$file"; kind=2 ;;
        *.pdf) seed pdf "$number" < "$file"; kind=4 ;;
        *.docx) seed docx "$number" < "$file"; kind=5 ;;
        *.odt) seed odt "$number" < "$file"; kind=6 ;;
        *.epub) seed epub "$number" < "$file"; kind=7 ;;
        *) seed plain_text "$number" < "$file"; kind=0 ;;
    esac
    { byte $kind && cat "$file"; } | seed article "$number"
done

seed eml sample < ../tests/formats/presse.eml
seed mbox sample < ../tests/formats/postfach.mbox
seed feed sample < ../tests/formats/bote.rss
seed json sample < ../tests/formats/archiv.jsonl
seed csv sample < ../tests/formats/tabelle.csv
seed subtitles sample < ../tests/formats/hafen.vtt
seed warc sample < ../tests/formats/netz.warc
{ byte 8 && cat ../tests/formats/presse.eml; } | seed article mail
{ byte 9 && cat ../tests/formats/hinweis.gz; } | seed article gzip

# The traps of the splitter, one a line.
grep -o '"[^"]*"' ../src/segment/cases.rs | tr -d '"' | split -l 40 - /tmp/depesche-cases-
for file in /tmp/depesche-cases-*; do
    seed segment "$(basename "$file")" < "$file"
    seed tokenizer_text "$(basename "$file")" < "$file"
done
rm /tmp/depesche-cases-*
printf 'Am 3. Mai kamen 1.200 Menschen nach M\xc3\xbcnchen, sagte Anna Weber.\0On 3 May, 1,200 people came to Munich, said Anna Weber.' |
    seed check numbers
printf 'Er kam nicht.\0He did not come.' | seed check negation
printf 'Pressestelle\tpress office\nhohe Behörde\thigh authority\texact\nS-Bahn\tcommuter rail\tcompounds\n\0Die Pressestellen der S-Bahn-Gesellschaft.\0The press offices.' |
    seed glossary terms

of_tokenizer=../tests/tokenizer/families
{ byte 0 && cat ../tests/parity/marian/complete/source.spm; } | seed tokenizer_files marian
{ byte 1 && cat $of_tokenizer/bart/vocab.json && byte 0 && cat $of_tokenizer/bart/merges.txt; } | seed tokenizer_files bart
{ byte 2 && cat $of_tokenizer/tokenizer-json/tokenizer.json; } | seed tokenizer_files json
{ byte 3 && cat $of_tokenizer/t5/spiece.model; } | seed tokenizer_files t5
{ byte 4 && cat $of_tokenizer/pegasus/spiece.model; } | seed tokenizer_files pegasus
{ byte 5 && cat $of_tokenizer/mbart-50/sentencepiece.bpe.model; } | seed tokenizer_files mbart
{ byte 7 && cat $of_tokenizer/nllb/sentencepiece.bpe.model; } | seed tokenizer_files nllb

seed safetensors whole < ../tests/parity/bart/complete/model.safetensors
seed safetensors other < ../tests/parity/t5/complete/model.safetensors
{ byte 0 && cat ../tests/parity/marian/opus-bin/pytorch_model.bin; } | seed pickle whole
unzip -p ../tests/parity/marian/opus-bin/pytorch_model.bin '*data.pkl' | seed pickle pickle
seed gguf qwen2 < ../tests/parity/qwen2/gguf/model.gguf
seed gguf qwen3 < ../tests/parity/qwen3/complete/model.gguf
kind=0
for family in marian bart m2m_100 t5; do
    folder=../tests/parity/$family/complete
    { byte $kind && cat $folder/config.json && byte 0 && cat $folder/generation_config.json 2> /dev/null || true; } |
        seed settings $family
    kind=$((kind + 1))
done

seed tmx unit << 'END'
<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header srclang="de"/><body><tu>
<prop type="x-depesche-model">m</prop><prop type="x-depesche-recipe">0000000000000000000000000000000000000000000000000000000000000000</prop>
<prop type="x-depesche-tokens">3</prop><prop type="x-depesche-score">-0.5</prop><prop type="x-depesche-cut">yes</prop>
<prop type="x-depesche-target">4120260041</prop>
<tuv xml:lang="de"><seg>A &lt; B &#228; <![CDATA[x]]></seg></tuv><tuv xml:lang="en"><seg>C</seg></tuv></tu></body></tmx>
END
list='{"format":1,"repository":"a/b","revision":"main","commit":"0123456789012345678901234567890123456789","files":[{"name":"config.json","size":2,"digest":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}]}'
folder=$(mktemp -d)
printf %s "$list" > "$folder/depesche-bundle.json"
printf '{}' > "$folder/config.json"
tar -C "$folder" -cf - depesche-bundle.json config.json | seed bundle whole
rm -r "$folder"
