//! What is refused and how it is worded, and what is never sent, opened or fetched.

use super::*;

#[test]
fn the_token_goes_to_the_hub_and_to_nobody_else() {
    let gated = || Repository::new(ID, complete()).access(Access::Gated);
    let mut by_variable = Loader::beside([gated()]);
    by_variable.workplace.set("HF_TOKEN", MEMBER);
    let by_file = Loader::beside([gated()]);
    by_file.workplace.write("hf/token", format!("{MEMBER}\n"));
    for loader in [by_variable, by_file] {
        let said = loader.fetch(ID).expect(0);
        assert!(!said.stdout.contains(MEMBER) && !said.stderr.contains(MEMBER), "{}", said.stderr);
        for request in loader.hub.requests() {
            let token = request.header("authorization");
            assert_eq!(token.is_some(), !request.on_cdn, "{} {}", request.method, request.path);
        }
        let written = names(&loader.workplace.path("hf/hub"));
        let leaked = written.iter().find(|name| {
            let content = fs::read(loader.workplace.path("hf/hub").join(name)).unwrap();
            String::from_utf8_lossy(&content).contains(MEMBER)
        });
        assert_eq!(leaked, None);
    }
    let without_token = Loader::new();
    without_token.fetch(ID).expect(0);
    assert!(without_token.hub.requests().iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn errors_are_told_apart() {
    let nobody = {
        // A port on which nobody listens any more.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let unknown = r#"{"model_type": "gpt_neox", "architectures": ["GPTNeoXForCausalLM"]}"#;
    let open = || Repository::new(ID, complete());
    let cases = [
        ("no network", open(), None, ID, "cannot reach"),
        ("no such repository", open(), None, "presse/nothing", "presse/nothing"),
        ("no such repository, with a token", open(), Some(MEMBER), "presse/nothing", "presse/nothing"),
        ("no such revision", open(), None, "presse/marian-complete@v9", "v9"),
        ("private", open().access(Access::Private), Some(STRANGER), ID, "private"),
        ("gated, without a token", open().access(Access::Gated), None, ID, "HF_TOKEN"),
        ("gated, with a token", open().access(Access::Gated), Some(STRANGER), ID, "terms"),
        ("an unknown token", open(), Some("hf_unknown"), ID, "token"),
        ("an unsupported family", Repository::new(ID, with(complete(), "config.json", unknown)), None, ID, "gpt_neox"),
        ("no family", Repository::new(ID, with(complete(), "config.json", "{}")), None, ID, "config.json"),
        (
            "a malformed config",
            Repository::new(ID, with(complete(), "config.json", "{\"model")),
            None,
            ID,
            "config.json",
        ),
        ("a missing file", Repository::new(ID, without(complete(), "vocab.json")), None, ID, "vocab.json"),
        (
            "no weights",
            Repository::new(ID, without(without(complete(), WEIGHTS), "pytorch_model.bin")),
            None,
            ID,
            "pytorch_model.bin",
        ),
    ];
    let mut messages = BTreeSet::new();
    for (what, repository, token, name, said) in cases {
        let mut loader = Loader::beside([repository]);
        if what == "no network" {
            loader.workplace.set("HF_ENDPOINT", nobody.clone());
        }
        if let Some(token) = token {
            loader.workplace.set("HF_TOKEN", token);
        }
        let outcome = loader.fetch(name).expect(2);
        let own = [loader.hub.endpoint(), nobody.clone(), loader.workplace.path("hf").to_str().unwrap().to_owned()];
        let error = own.iter().fold(outcome.stderr, |text, own| text.replace(own, ""));
        assert!(error.contains(said), "{what} said {error}");
        assert!(error.contains("hint:"), "{what} gave no hint: {error}");
        assert!(!error.contains("panicked"), "{what}: {error}");
        assert!(token.is_none_or(|token| !error.contains(token)), "{what} shows the token: {error}");
        assert!(loader.hub.downloads(WEIGHTS).is_empty(), "{what}: the weights were fetched");
        assert!(messages.insert(error.clone()), "{what} says what another error says: {error}");
    }
}

#[test]
fn an_unsupported_family_is_refused_before_its_weights_are_fetched_and_the_supported_ones_are_listed() {
    let config = r#"{"model_type": "gpt_neox"}"#;
    let loader = Loader::beside([Repository::new(ID, with(complete(), "config.json", config))]);
    let said = loader.fetch(ID).expect(2).stderr;
    assert!(said.contains("gpt_neox") && said.contains("marian"), "{said}");
    assert_eq!(loader.hub.downloaded(), ["config.json"]);
}

#[test]
fn of_a_repository_of_gguf_files_one_is_fetched_and_it_is_the_whole_model() {
    let gguf = std::fs::read("tests/parity/qwen3/complete/model.gguf").unwrap();
    // The hub identifies bytes by digest, so each file gets distinct bytes after the part that is read.
    let file = |name: &&str| ((*name).to_owned(), [&gguf, name.as_bytes()].concat());
    let files = |names: &[&str]| names.iter().map(file).collect::<Files>();
    let several = with(files(&["m-Q8_0.gguf", "m-Q4_K_M.gguf", "m-Q2_K.gguf"]), "README.md", "");
    let loader =
        Loader::beside([Repository::new("o/several", several), Repository::new("o/one", files(&["m-Q8_0.gguf"]))]);
    for (name, file) in [
        ("o/several", "m-Q4_K_M.gguf"),
        ("o/several:q8_0", "m-Q8_0.gguf"),
        ("o/one", "m-Q8_0.gguf"),
        ("o/one@main", "m-Q8_0.gguf"),
    ] {
        loader.fetch(name).expect(0);
        let shown = loader.workplace.run(&["models", "path", name, "--offline"]).expect(0).stdout;
        assert!(Path::new(shown.trim()).join(file).is_file(), "{name}: {shown}");
    }
    assert!(loader.hub.downloads("m-Q2_K.gguf").is_empty());
    assert!(loader.hub.downloads("README.md").is_empty());
    let said = loader.fetch("o/one:Q4_0").expect(2).stderr;
    assert!(said.contains("Q4_0.gguf"), "{said}");
    // It follows instructions, so it translates as well as it can.
    translate(&loader.workplace, "o/one", &["--offline"]).expect(0);
}

#[test]
fn a_model_of_the_catalogue_for_another_task_is_refused_before_anything_is_done() {
    let loader = Loader::new();
    loader.workplace.write("articles/a.txt", "Es regnet.\n");
    let brief = |options: &[&str]| {
        loader.workplace.run(&[&["brief", "articles", "-o", "out"], options].concat()).expect(2).stderr
    };
    let said = brief(&["--translator", "bart-large-cnn"]);
    assert!(
        said.contains("summarises and does not translate") && said.contains("--summarizer bart-large-cnn"),
        "{said}"
    );
    let said = brief(&["--summarizer", "Helsinki-NLP/opus-mt-de-en"]);
    assert!(said.contains("translates and does not summarise") && said.contains("--translator"), "{said}");
    let said = brief(&["--summarizer", "bart-large-cnn", "--summary-language", "german"]);
    assert!(said.contains("does not know the language \"de\"") && said.contains("it knows en"), "{said}");
    for (option, words) in [
        ("--translator=bart-large-cnn", "summarises and does not translate"),
        ("--summarizer=Helsinki-NLP/opus-mt-de-en", "translates and does not summarise"),
    ] {
        let outcome =
            loader.workplace.run_with(&["records", option], "{\"id\": 1, \"text\": \"Es regnet.\"}\n").expect(2);
        assert!(outcome.stderr.contains(words) && outcome.stdout.is_empty(), "{}", outcome.stderr);
    }
    assert!(!loader.workplace.path("out").exists());
    assert!(loader.hub.requests().is_empty());
}

#[test]
fn a_hub_that_lies_is_not_believed() {
    let cases = [
        ("a login page for the list of files", Point::Info, ID, Trouble::LoginPage),
        ("a login page for a file", Point::Bytes, "vocab.json", Trouble::LoginPage),
        ("a login page for the place of a file", Point::Resolve, "vocab.json", Trouble::LoginPage),
        ("a redirect in a circle", Point::Resolve, WEIGHTS, Trouble::RedirectLoop),
        ("a redirect of bytes in a circle", Point::Bytes, WEIGHTS, Trouble::RedirectLoop),
        (
            "a commit that is a path",
            Point::Resolve,
            "config.json",
            Trouble::Header("X-Repo-Commit", "../../../out".into()),
        ),
        (
            "a digest that is a path",
            Point::Resolve,
            WEIGHTS,
            Trouble::Header("X-Linked-Etag", "\"../../../out\"".into()),
        ),
        (
            "the digest of another file",
            Point::Resolve,
            WEIGHTS,
            Trouble::Header("X-Linked-Etag", format!("\"{}\"", "0".repeat(64))),
        ),
    ];
    for (what, at, name, trouble) in cases {
        let loader = Loader::new();
        loader.hub.misbehave(at, name, 1000, trouble);
        let outcome = loader.fetch(ID);
        // A client that does not use the wrong part is not misled.
        assert!(matches!(outcome.code, 0 | 2) && !outcome.stderr.contains("panicked"), "{what}: {}", outcome.stderr);
        expect_intact(&loader.workplace);
        assert!(!loader.workplace.path("out").exists() && !loader.workplace.path("hf/out").exists(), "{what}");
        let whole = translate(&loader.workplace, ID, &["--offline"]);
        assert_eq!(whole.code, outcome.code, "{what}: {}", whole.stderr);
    }
}

#[test]
fn shards_lie_beside_their_index() {
    let bare = without(without(complete(), WEIGHTS), "pytorch_model.bin");
    let index = r#"{"weight_map": {"model.shared.weight": "../../../../evil.safetensors"}}"#;
    let files = with(with(bare, "model.safetensors.index.json", index), "../../../../evil.safetensors", "evil");
    let loader = Loader::beside([Repository::new(ID, files)]);
    loader.fetch(ID).expect(2);
    let written = names(&loader.workplace.path(""));
    assert_eq!(written.iter().find(|name| name.contains("evil")), None);
}

#[test]
fn what_does_not_fit_on_the_disk_is_refused_before_its_first_byte() {
    let loader = Loader::new();
    let size = (1_u64 << 60).to_string();
    loader.hub.misbehave(Point::Resolve, WEIGHTS, 1000, Trouble::Header("X-Linked-Size", size));
    let said = loader.fetch(ID).expect(2).stderr;
    assert!(said.contains("free") && said.contains("hint:"), "{said}");
    assert!(loader.hub.downloads(WEIGHTS).is_empty());
}

#[test]
fn offline_opens_no_socket_and_names_the_command_that_fetches() {
    let loader = Loader::new();
    loader.workplace.write("in/eins.txt", LINES);
    let runs: [&[&str]; 4] = [
        &["translate", "--lines", "--translator", ID, "--offline"],
        &["brief", "in", "-o", "out", "--translator", ID, "--offline"],
        &["models", "fetch", ID, "--offline"],
        &["models", "path", ID],
    ];
    for args in runs {
        let said = loader.workplace.run(args).expect(2).stderr;
        assert!(said.contains(ID), "{args:?} said {said}");
        if !args.contains(&"fetch") {
            assert!(said.contains(&format!("depesche models fetch {ID}")), "{args:?} said {said}");
        }
    }
    let Loader { mut workplace, hub } = loader;
    workplace.set("HF_HUB_OFFLINE", "1");
    translate(&workplace, ID, &[]).expect(2);
    assert_eq!(hub.connections(), 0);
}

#[test]
fn offline_names_the_file_that_is_missing() {
    let loader = Loader::new();
    loader.fetch(ID).expect(0);
    let lost = loader.cached("snapshots").into_iter().find(|name| name.ends_with("source.spm")).unwrap();
    fs::remove_file(loader.workplace.path("hf/hub").join(FOLDER).join("snapshots").join(lost)).unwrap();
    let connections = loader.hub.connections();
    let said = translate(&loader.workplace, ID, &["--offline"]).expect(2).stderr;
    assert!(said.contains("source.spm") && said.contains(&format!("depesche models fetch {ID}")), "{said}");
    assert_eq!(loader.hub.connections(), connections);
    // Cached files are not fetched again.
    loader.fetch(ID).expect(0);
    assert_eq!(loader.hub.downloads(WEIGHTS).len(), 1);
    assert_eq!(translate(&loader.workplace, ID, &["--offline"]).expect(0).stdout, expected());
}

#[test]
fn the_licence_is_shown_and_a_restrictive_one_must_be_accepted() {
    let loader = Loader::new();
    let said = loader.fetch(ID).expect(0).stderr;
    assert!(said.contains("apache-2.0"), "{said}");

    let loader = Loader::beside([Repository::new(ID, complete()).licence(Some("cc-by-nc-4.0"))]);
    for outcome in [loader.fetch(ID), translate(&loader.workplace, ID, &[])] {
        let said = outcome.expect(2).stderr;
        assert!(said.contains("cc-by-nc-4.0") && said.contains("--accept-license"), "{said}");
    }
    assert!(loader.hub.downloads(WEIGHTS).is_empty());
    loader.workplace.run(&["models", "fetch", ID, "--accept-license"]).expect(0);
    assert_eq!(translate(&loader.workplace, ID, &[]).expect(0).stdout, expected());

    // An unstated licence is pointed out, not taken for a free one.
    let loader = Loader::beside([Repository::new(ID, complete()).licence(None)]);
    let said = loader.fetch(ID).stderr;
    assert!(said.contains("licence"), "{said}");
}

#[test]
fn the_catalogue_is_listed_and_shown_without_a_network() {
    let mut workplace = at("http://127.0.0.1:9");
    workplace.set("HF_HUB_OFFLINE", "1");
    let list = workplace.run(&["models", "list"]).expect(0).stdout;
    for name in ["opus-mt-de-en", "small-de-en"] {
        assert!(list.contains(name), "{list}");
    }
    let shown = workplace.run(&["models", "show", "opus-mt-de-en"]).expect(0).stdout;
    for fact in ["Helsinki-NLP/opus-mt-de-en", "apache-2.0", "marian"] {
        assert!(shown.contains(fact), "{fact} is not in {shown}");
    }
    workplace.run(&["models", "show", "no-such-model"]).expect(2);
}

#[test]
fn a_model_of_the_catalogue_is_fetched_at_its_commit() {
    let loader = Loader::beside([Repository::new("Helsinki-NLP/opus-mt-de-en", complete())]);
    let said = loader.fetch("opus-mt-de-en").expect(2).stderr;
    // This hub has no such commit: `main` would have been found.
    assert!(said.contains("opus-mt-de-en"), "{said}");
    assert!(loader.hub.downloaded().is_empty());
    let asked = loader.hub.requests();
    assert!(asked.iter().all(|request| request.path.contains("Helsinki-NLP/opus-mt-de-en")), "{asked:?}");
}

#[test]
fn a_proxy_is_used_where_the_environment_names_one() {
    let mut loader = Loader::new();
    loader.workplace.set("HF_ENDPOINT", "http://hub.invalid");
    loader.workplace.set("http_proxy", loader.hub.endpoint());
    loader.workplace.set("HTTP_PROXY", loader.hub.endpoint());
    loader.fetch(ID).expect(0);
    loader.expect_intact(true);
}
