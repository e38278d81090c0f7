//! Hostile and broken input for the real binary: each file is read or refused by name, and no other is lost.

use std::fs;
use std::path::Path;

use crate::workplace::{Workplace, tree};

/// What must happen to a file.
enum Fate {
    /// It is in the briefing.
    Read,
    /// It is among the failures, with these words.
    Refused(&'static str),
}

use Fate::{Read, Refused};

/// Articles as (name, content, fate).
fn table() -> Vec<(&'static str, Vec<u8>, Fate)> {
    let words = |count: usize| format!("Die Stadt baut {} und dann ist Schluss.", "den Hafen und ".repeat(count));
    let nested = |tag: &str| {
        format!("<{tag}>").repeat(10_000) + "Tief unten liegt ein Satz." + &format!("</{tag}>").repeat(10_000)
    };
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    vec![
        ("leer.txt", b"".to_vec(), Refused("is empty")),
        ("blank.txt", b" \n\t \r\n\xc2\xa0\n".to_vec(), Refused("is empty")),
        ("binaer.txt", (0..=255).cycle().take(5000).collect(), Refused("not text")),
        ("null.txt", b"Guten\0Morgen.".to_vec(), Refused("not text")),
        ("abgeschnitten.txt", "Das Wetter ist schön".as_bytes()[..20].to_vec(), Read),
        ("gemischt.txt", b"Der Weg f\xfchrt \xc3\xbcber den Berg.\n\nEr ist sch\xf6n.\n".to_vec(), Read),
        ("eine-zeile.html", ("<p>".to_owned() + &"wort ".repeat(400)).into_bytes(), Read),
        ("tief.html", nested("div").into_bytes(), Read),
        ("tief-betont.html", nested("b").into_bytes(), Read),
        ("tief.md", ("> ".repeat(10_000) + "Tief unten liegt ein Satz.").into_bytes(), Read),
        ("bombe.html", format!("{entities}<p>Der Satz &b; endet.</p>").into_bytes(), Read),
        ("attribut.html", format!("<p title=\"{}\">Der Satz endet.</p>", "x".repeat(2_000_000)).into_bytes(), Read),
        // A sentence of about 5,000 tokens.
        ("lang.txt", words(1700).into_bytes(), Read),
        ("ohne-leerzeichen.txt", "Donaudampfschifffahrt".repeat(40).into_bytes(), Read),
        ("bildchen.txt", "😀🎉👩‍👩‍👧 🇩🇪".into(), Read),
        ("rechts.txt", "Der \u{202e}Hafen\u{202c} ist \u{200f}gro\u{df}.".into(), Read),
        ("breite-null.txt", "Der\u{200b} Ha\u{200d}fen\u{feff} ist gro\u{df}.".into(), Read),
        ("steuert.txt", b"Der \x1b[31mHafen\x1b[0m ist \x07gro\xc3\x9f.\x1b]0;Titel\x07".to_vec(), Refused("not text")),
        ("steuert-c1.txt", "Der \u{9b}31mHafen\u{85} ist \u{9d}0;gro\u{df}.".into(), Read),
        ("steuert.html", "<p>Der &#27;[31mHafen&#x1b;[0m ist &#7;gro&szlig;.".into(), Read),
        ("skript.txt", "Er sagt <script>alert(1)</script> und <img src=x onerror=alert(2)>.".into(), Read),
        ("formel.txt", "=HYPERLINK(\"http://x\";\"y\") steht in der Zelle.".into(), Read),
    ]
}

fn has_controls(text: &str) -> bool {
    text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_done() {
    let workplace = Workplace::new();
    for (name, content, _) in table() {
        workplace.write(&format!("in/{name}"), content);
    }
    workplace.write("in/gut.txt", "Guten Morgen.");
    let args =
        ["brief", "in", "-o", "out", "--beam", "1", "--format", "json", "--format", "html", "--format", "markdown"];
    let outcome = workplace.run(&args).expect(1);
    assert!(!has_controls(&outcome.stderr), "{:?}", outcome.stderr);
    let briefing: serde_json::Value = workplace.json("out/briefing.json");
    let sources: Vec<&str> =
        briefing["articles"].as_array().unwrap().iter().map(|article| article["source"].as_str().unwrap()).collect();
    for (name, _, fate) in table() {
        match fate {
            Read => assert!(sources.contains(&name), "{name} is missing: {}", outcome.stderr),
            Refused(words) => {
                let failures = briefing["failures"].as_array().unwrap();
                let failure = failures.iter().find(|failure| failure["source"] == name).unwrap();
                assert!(failure["error"].as_str().unwrap().contains(words), "{failure}");
            }
        }
    }
    assert!(sources.contains(&"gut.txt"));
    for (name, content) in tree(&workplace.path("out")) {
        let text = String::from_utf8(content).unwrap();
        assert!(!has_controls(&text), "a control character in {name}");
        if name.ends_with(".html") {
            assert!(text.contains("Content-Security-Policy"), "{name}");
            // The one script is the program's own: its digest is in the policy.
            assert!(text.contains("script-src 'sha256-"), "{name}");
            assert!(text.matches("<script").count() == 1 && !text.contains("<img"), "{name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn odd_things_in_a_folder_are_passed_over_or_named() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let workplace = Workplace::new();
    workplace.write("in/gut.txt", "Guten Morgen.");
    let odd = |name: &[u8]| workplace.path("in").join(OsStr::from_bytes(name));
    fs::write(odd(b"neue\nzeile.txt"), "Guten Abend.").unwrap();
    fs::write(odd(b"kein-utf8-\xff.txt"), "Gute Nacht.").unwrap();
    fs::write(odd(b"\x1b[31mrot.txt"), "Guten Tag.").unwrap();
    symlink(workplace.path("in"), odd(b"schleife")).unwrap();
    symlink(workplace.path("nirgends"), odd(b"toter-verweis.txt")).unwrap();
    symlink("/dev/zero", odd(b"geraet.txt")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(odd(b"rohr.txt")).status().unwrap().success());
    let outcome = workplace.run(&["translate", "in", "-o", "out", "--format", "json", "-v"]).expect(1);
    assert!(!has_controls(&outcome.stderr), "{:?}", outcome.stderr);
    assert!(outcome.stderr.contains("toter-verweis.txt"), "{}", outcome.stderr);
    assert!(!tree(&workplace.path("out")).iter().any(|(name, _)| name.starts_with("geraet")));
    let briefing: serde_json::Value = workplace.json("out/briefing.json");
    assert_eq!(briefing["articles"].as_array().unwrap().len(), 4, "{}", outcome.stderr);
    let refused = workplace.run(&["translate", "in/rohr.txt", "-o", "out"]).expect(2);
    assert!(refused.stderr.contains("neither a folder nor a regular file"), "{}", refused.stderr);
}

/// Every way in which a page, a briefing, the report or the record could land on an article.
#[test]
fn an_article_being_read_is_never_replaced() {
    let workplace = Workplace::new();
    let article = "# Das Rathaus\n\nDas Rathaus ist offen.\n";
    for name in ["rathaus.md", "briefing.md", "index.html", "tief/unten.md", "text.txt"] {
        workplace.write(&format!("in/{name}"), article);
    }
    for name in ["report.json", ".depesche"] {
        workplace.write(&format!("named/{name}"), article);
    }
    workplace.write("other/neu.txt", article);
    let before = tree(&workplace.path(""));
    let refused = |args: &[&str], named: &str| {
        for force in [&[][..], &["--force"]] {
            let outcome = workplace.run(&[args, force].concat()).expect(2);
            let said = &outcome.stderr;
            assert!(
                said.contains("the output would replace the articles being read") && said.contains(named),
                "{said}"
            );
            assert!(!said.contains("--force"), "{said}");
            assert!(tree(&workplace.path("")) == before, "{args:?} changed something");
        }
    };
    refused(&["translate", "in", "-o", "in"], "rathaus.md");
    refused(&["translate", "in/rathaus.md", "-o", "in"], "rathaus.md");
    refused(&["translate", "in/../in", "-o", "./in/tief/.."], "rathaus.md");
    // Above and below the folder of the articles.
    refused(&["translate", "in", "other", "-o", "."], "in/rathaus.md");
    refused(&["translate", "in/tief/unten.md", "-o", "in/tief"], "unten.md");
    // The names of briefings, the report and the record; a format that writes what it reads.
    refused(&["translate", "in/briefing.md", "-o", "in", "--format", "markdown"], "briefing.md");
    refused(&["translate", "in/index.html", "-o", "in", "--format", "html"], "index.html");
    refused(&["translate", "named/report.json", "-o", "named"], "report.json");
    refused(&["translate", "named/.depesche", "-o", "named"], ".depesche");
    refused(&["translate", "in/text.txt", "-o", "in", "--format", "text"], "text.txt");

    // What hits no article is written as ever, and not read again.
    workplace.run(&["translate", "in", "-o", "in/out"]).expect(0);
    let written = tree(&workplace.path("in/out"));
    workplace.run(&["translate", "in", "-o", "in/out"]).expect(0);
    assert!(tree(&workplace.path("in/out")) == written);
    // What an earlier run made may be replaced, unless it is what is read now.
    let outcome = workplace.run(&["translate", "in/out/rathaus.md", "-o", "in/out"]).expect(2);
    assert!(outcome.stderr.contains("the articles being read: in/out/rathaus.md"), "{}", outcome.stderr);
    assert!(tree(&workplace.path("in/out")) == written);
}

#[cfg(unix)]
#[test]
fn an_article_being_read_is_not_replaced_through_a_link() {
    use std::os::unix::fs::symlink;

    let workplace = Workplace::new();
    let article = "# Das Rathaus\n\nDas Rathaus ist offen.\n";
    workplace.write("in/rathaus.md", article);
    symlink("in", workplace.path("link")).unwrap();
    for folder in ["soft", "hard", "far"] {
        fs::create_dir(workplace.path(folder)).unwrap();
    }
    symlink("../in/rathaus.md", workplace.path("soft/rathaus.md")).unwrap();
    fs::hard_link(workplace.path("in/rathaus.md"), workplace.path("hard/rathaus.md")).unwrap();
    for (input, output) in [
        ("in", "link"),
        ("link", "in"),
        ("in", "soft"),
        ("soft", "in"),
        ("in", "hard"),
        ("hard", "in"),
        ("soft", "soft"),
    ] {
        let outcome = workplace.run(&["translate", input, "-o", output, "--force"]).expect(2);
        assert!(outcome.stderr.contains("the output would replace the articles being read"), "{}", outcome.stderr);
        assert!(!workplace.path(output).join(".depesche").exists());
        assert_eq!(workplace.read("in/rathaus.md"), article);
        assert!(workplace.path("soft/rathaus.md").is_symlink());
    }
    // Standard input can be a file too.
    workplace.write("far/stdin.md", article);
    let mut command = workplace.command(&["translate", "-", "-o", "far", "--force"]);
    command.stdin(fs::File::open(workplace.path("far/stdin.md")).unwrap());
    assert_eq!(command.output().unwrap().status.code(), Some(2));
    assert_eq!(workplace.read("far/stdin.md"), article);
}

/// Permissions do not stop root, but nobody can read the first page of memory, so this works for any user.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_named() {
    let workplace = Workplace::new();
    workplace.write("in/gut.txt", "Guten Morgen.");
    std::os::unix::fs::symlink("/proc/self/mem", workplace.path("in/speicher.txt")).unwrap();
    let outcome = workplace.run(&["translate", "in", "-o", "out", "--format", "json"]).expect(1);
    assert!(outcome.stderr.contains("cannot read speicher.txt"), "{}", outcome.stderr);
    assert!(workplace.path("out/gut.json").exists());
}

#[test]
fn a_line_of_fifty_megabytes_is_read_in_parts_and_markup_of_that_size_is_refused() {
    let workplace = Workplace::new();
    // Numbers are passed through, so that this tests the size and not the model.
    workplace.write("in/gross.txt", "1234567890 ".repeat(4_600_000));
    workplace.write("in/gross.html", format!("<p>{}", "x".repeat(17 * 1024 * 1024)));
    let outcome = workplace.run(&["translate", "in", "-o", "out", "--format", "text"]).expect(1);
    assert!(outcome.stderr.contains("gross.html is larger than 16 MiB"), "{}", outcome.stderr);
    for part in 1..=25 {
        assert!(workplace.path(&format!("out/gross (part {part:02} of 25).txt")).exists(), "{}", outcome.stderr);
    }
}

/// An archive of 2 MB whose table of contents unpacks to 300 MB: empty lists, all on the stack at once.
fn bomb() -> Vec<u8> {
    // Deflate with fixed codes (RFC 1951): one `]`, then repeated copies of 258 bytes from one byte back.
    let mut bits: Vec<bool> = Vec::new();
    let mut put = |value: u32, count: u32| bits.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    // The last block, with fixed codes; the block type is written lowest bit first.
    put(0b110, 3);
    put(0x30 + u32::from(b']'), 8);
    (0..1_200_000).for_each(|_| put(0b1_1000_1010_0000, 13));
    put(0, 7);
    let pack = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let packed: Vec<u8> = bits.chunks(8).map(pack).collect();
    let (name, unpacked) = (b"a/data.pkl", 1 + 258 * 1_200_000_u32);
    // Version, no flags, deflated, no time, no checksum, sizes, length of the name, no extra field.
    let mut facts = b"\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    for number in [packed.len() as u32, unpacked] {
        facts.extend(number.to_le_bytes());
    }
    facts.extend([name.len() as u8, 0, 0, 0]);
    let entry = [b"PK\x03\x04", &facts[..], name, &packed].concat();
    let directory = [b"PK\x01\x02\x14\0", &facts[..], &[0; 14], name].concat();
    let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
    end.extend((directory.len() as u32).to_le_bytes());
    end.extend((entry.len() as u32).to_le_bytes());
    end.extend([0, 0]);
    [entry, directory, end].concat()
}

#[test]
fn a_model_that_is_damaged_is_refused_by_name() {
    let workplace = Workplace::new();
    let whole = Path::new("tests/parity/marian/opus");
    let copy = |name: &str| {
        for entry in fs::read_dir(whole).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap();
            workplace.write(&format!("{name}/{file}"), fs::read(&path).unwrap());
        }
    };
    let weights = fs::read(whole.join("model.safetensors")).unwrap();
    let header = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let huge = header(r#"{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"#);
    let config = fs::read_to_string(whole.join("config.json")).unwrap();
    let zip = b"PK\x03\x04\x14\0\0\0\x08\0".iter().copied().chain([0xff; 4000]).collect::<Vec<u8>>();
    let mut no_numbers = weights.clone();
    let end = no_numbers.len();
    no_numbers[end - 64..].fill(0xff);
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("abgeschnitten", "model.safetensors", weights[..weights.len() / 2].to_vec()),
        ("leer", "model.safetensors", Vec::new()),
        ("riesiger-kopf", "model.safetensors", u64::MAX.to_le_bytes().to_vec()),
        ("riesige-form", "model.safetensors", huge),
        ("andere-form", "config.json", config.replace("\"d_model\": ", "\"d_model\": 1").into_bytes()),
        ("riesige-lagen", "config.json", config.replace("_layers\": ", "_layers\": 99999999").into_bytes()),
        ("kein-json", "config.json", b"{".to_vec()),
        ("kein-spm", "source.spm", vec![0xff; 500]),
        ("kein-vocab", "vocab.json", b"[1]".to_vec()),
        ("keine-zahlen", "model.safetensors", no_numbers),
        ("kein-zip", "pytorch_model.bin", zip),
        ("zip-bombe", "pytorch_model.bin", bomb()),
    ];
    workplace.write("in/gut.txt", "Guten Morgen.");
    for (name, file, content) in cases {
        copy(name);
        if file == "pytorch_model.bin" {
            fs::remove_file(workplace.path(name).join("model.safetensors")).unwrap();
        }
        workplace.write(&format!("{name}/{file}"), content);
        let outcome = workplace.run(&["translate", "in", "-o", "out", "--translator", name]).expect(2);
        assert!(outcome.stderr.contains(name) && !outcome.stderr.contains("panicked"), "{name}: {}", outcome.stderr);
    }
}
