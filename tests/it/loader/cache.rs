//! What is fetched, where it is cached, and how it is used without a network.

use super::*;

#[test]
fn what_was_fetched_once_works_for_ever_without_a_network() {
    let Loader { workplace, hub } = Loader::new();
    let fetched = workplace.run(&["models", "fetch", ID]).expect(0);
    assert_eq!(fetched.stdout, "");
    drop(hub);
    for options in [&[][..], &["--offline"]] {
        assert_eq!(translate(&workplace, ID, options).expect(0).stdout, expected(), "{options:?}");
    }
    workplace.write("in/eins.txt", LINES);
    workplace.run(&["brief", "in", "-o", "out", "--translator", ID]).expect(0);
    assert!(workplace.path("out/briefing.md").exists());
}

#[test]
fn a_model_that_is_asked_for_is_fetched_on_the_way() {
    let loader = Loader::new();
    assert_eq!(translate(&loader.workplace, ID, &[]).expect(0).stdout, expected());
    let requests = loader.hub.requests().len();
    assert_eq!(translate(&loader.workplace, ID, &[]).expect(0).stdout, expected());
    assert_eq!(loader.hub.requests().len(), requests, "the second run asked the hub");
}

#[test]
fn a_second_fetch_fetches_nothing() {
    let loader = Loader::new();
    loader.fetch(ID).expect(0);
    let downloads = || {
        let requests = loader.hub.requests();
        requests.iter().filter(|request| request.at == Point::Bytes && request.method == "GET").count()
    };
    let first = downloads();
    loader.fetch(ID).expect(0);
    assert_eq!(downloads(), first);
}

#[test]
fn only_the_needed_files_are_fetched() {
    let loader = Loader::new();
    loader.fetch(ID).expect(0);
    let fetched = loader.hub.downloaded();
    for name in NEEDED {
        assert!(fetched.iter().any(|fetched| fetched == name), "{name} was not fetched: {fetched:?}");
        assert_eq!(loader.hub.downloads(name).len(), 1, "{name}");
    }
    for name in &fetched {
        assert!(USEFUL.contains(&name.as_str()), "{name} was fetched");
    }
}

#[test]
fn the_cache_is_laid_out_as_hugging_face_lays_it_out() {
    let repository = Repository::new(ID, complete());
    let commit = repository.commit_id("main").unwrap().to_owned();
    let loader = Loader::beside([repository]);
    loader.fetch(ID).expect(0);
    let folder = loader.workplace.path("hf/hub").join(FOLDER);
    assert_eq!(fs::read_to_string(folder.join("refs/main")).unwrap(), commit);
    let snapshot = folder.join("snapshots").join(&commit);
    let mut blobs = BTreeSet::new();
    for name in names(&snapshot) {
        let content = &complete()[&name];
        assert_eq!(&fs::read(snapshot.join(&name)).unwrap(), content, "{name}");
        let digest = if name == WEIGHTS { sha256(content) } else { git_digest(content) };
        #[cfg(unix)]
        assert_eq!(fs::read_link(snapshot.join(&name)).unwrap(), Path::new("../../blobs").join(&digest), "{name}");
        blobs.insert(digest);
    }
    for name in NEEDED {
        assert!(snapshot.join(name).exists(), "{name}");
    }
    assert_eq!(names(&folder.join("blobs")), blobs, "the blobs are those of the snapshot and no others");
    assert_eq!(loader.cached("snapshots").len(), names(&snapshot).len(), "one snapshot");
    assert_eq!(loader.cached("refs"), BTreeSet::from(["main".to_owned()]));
}

#[test]
fn a_revision_is_a_branch_a_pull_request_or_a_commit() {
    let other = with(complete(), "generation_config.json", r#"{"num_beams": 1, "max_length": 40}"#);
    let repository = Repository::new(ID, without(complete(), "vocab.json")).commit("refs/pr/4", other.clone());
    let repository = repository.commit("v1.0", complete());
    let commit = repository.commit_id("v1.0").unwrap().to_owned();
    let pull_request = repository.commit_id("refs/pr/4").unwrap().to_owned();
    let loader = Loader::beside([repository]);
    for (revision, commit, reference) in
        [("refs/pr/4", &pull_request, true), ("v1.0", &commit, true), (&commit.clone(), &commit, false)]
    {
        let name = format!("{ID}@{revision}");
        loader.fetch(&name).expect(0);
        assert!(loader.cached("snapshots").contains(&format!("{commit}/{WEIGHTS}")), "{revision}");
        let reference_file = loader.workplace.path("hf/hub").join(FOLDER).join("refs").join(revision);
        assert_eq!(fs::read_to_string(reference_file).ok().as_deref(), reference.then_some(commit.as_str()));
        assert_eq!(translate(&loader.workplace, &name, &["--offline"]).expect(0).stdout.lines().count(), 3);
    }
    assert_eq!(loader.hub.downloads(WEIGHTS).len(), 1, "the same weights are fetched once");
    // The branch `main` is still unknown.
    translate(&loader.workplace, ID, &["--offline"]).expect(2);
}

#[test]
fn what_moved_on_the_hub_is_fetched_anew_and_only_what_changed() {
    let loader = Loader::new();
    loader.fetch(ID).expect(0);
    let changed = with(complete(), "generation_config.json", r#"{"num_beams": 2, "max_length": 40}"#);
    let moved = Repository::new(ID, changed);
    let commit = moved.commit_id("main").unwrap().to_owned();
    loader.hub.publish(moved);
    loader.fetch(ID).expect(0);
    assert!(loader.cached("snapshots").contains(&format!("{commit}/generation_config.json")));
    assert_eq!(loader.workplace.read(&format!("hf/hub/{FOLDER}/refs/main")), commit);
    assert_eq!(loader.hub.downloads(WEIGHTS).len(), 1);
    assert_eq!(loader.hub.downloads("generation_config.json").len(), 2);
}

#[test]
fn a_repository_is_found_under_a_former_name() {
    let loader = Loader::beside([Repository::new(ID, complete()).formerly("presse/old")]);
    loader.fetch("presse/old").expect(0);
    assert_eq!(translate(&loader.workplace, "presse/old", &["--offline"]).expect(0).stdout, expected());
}

#[test]
fn small_files_may_come_without_a_detour() {
    let loader = Loader::beside([Repository::new(ID, complete()).small_files_at_once()]);
    loader.fetch(ID).expect(0);
    loader.expect_intact(true);
}

#[test]
fn every_form_of_the_weights_says_the_same() {
    let bare = without(without(complete(), WEIGHTS), "pytorch_model.bin");
    let mut sharded = with(bare.clone(), "pytorch_model.bin", "not needed");
    sharded.extend(shards(&weights()));
    let forms = [
        ("pickle", with(bare, "pytorch_model.bin", pickle(&weights())), vec!["pytorch_model.bin"]),
        (
            "shards",
            sharded,
            vec![
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors",
                "model.safetensors.index.json",
            ],
        ),
    ];
    for (form, files, needed) in forms {
        let loader = Loader::beside([Repository::new(ID, files)]);
        loader.fetch(ID).expect(0);
        let fetched = loader.hub.downloaded();
        let fetched: Vec<&str> = fetched.iter().map(String::as_str).filter(|name| !USEFUL.contains(name)).collect();
        assert_eq!(fetched, needed, "{form}");
        assert_eq!(translate(&loader.workplace, ID, &["--offline"]).expect(0).stdout, expected(), "{form}");
    }
}

#[test]
fn verify_finds_a_flipped_byte_without_a_network() {
    let loader = Loader::new();
    loader.fetch(ID).expect(0);
    let connections = loader.hub.connections();
    loader.workplace.run(&["models", "verify", ID]).expect(0);
    for name in [WEIGHTS, "vocab.json"] {
        let blob = loader.cached("snapshots").into_iter().find(|seen| seen.ends_with(name)).unwrap();
        let blob = loader.workplace.path("hf/hub").join(FOLDER).join("snapshots").join(blob);
        let mut content = fs::read(&blob).unwrap();
        let middle = content.len() / 2;
        content[middle] ^= 1;
        fs::write(&blob, content).unwrap();
        let outcome = loader.workplace.run(&["models", "verify", ID]);
        assert_ne!(outcome.code, 0, "{}", outcome.stderr);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(said.contains(name) && said.contains("hint:"), "{said}");
    }
    assert_eq!(loader.hub.connections(), connections, "verify needs no network");
}

#[test]
fn what_is_removed_is_gone_and_nothing_else_is() {
    let loader = Loader::beside([Repository::new(ID, complete()), Repository::new("presse/other", complete())]);
    loader.fetch(ID).expect(0);
    loader.fetch("presse/other").expect(0);
    loader.workplace.run(&["models", "remove", ID]).expect(0);
    assert_eq!(loader.cached(""), BTreeSet::new());
    assert_eq!(translate(&loader.workplace, "presse/other", &["--offline"]).expect(0).stdout, expected());
    let again = loader.workplace.run(&["models", "remove", ID]).expect(2);
    assert!(again.stderr.contains(ID), "{}", again.stderr);
    translate(&loader.workplace, ID, &["--offline"]).expect(2);
}

#[test]
fn the_path_of_a_model_is_all_that_path_prints() {
    let loader = Loader::new();
    loader.fetch(ID).expect(0);
    let path = loader.workplace.run(&["models", "path", ID]).expect(0).stdout;
    let path = path.strip_suffix('\n').unwrap();
    for name in NEEDED {
        assert!(Path::new(path).join(name).is_file(), "{path} has no {name}");
    }
    // A snapshot is an ordinary model folder.
    assert_eq!(translate(&Workplace::new(), path, &[]).expect(0).stdout, expected());
}

#[test]
fn a_model_is_carried_to_a_machine_without_a_network() {
    let loader = Loader::new();
    loader.fetch(ID).expect(0);
    loader.workplace.run(&["models", "export", ID, "model.bundle"]).expect(0);
    let connections = loader.hub.connections();
    let bundle = fs::read(loader.workplace.path("model.bundle")).unwrap();

    let island = at(&loader.hub.endpoint());
    island.write("model.bundle", &bundle);
    island.run(&["models", "import", "model.bundle"]).expect(0);
    expect_intact(&island);
    assert_eq!(translate(&island, ID, &["--offline"]).expect(0).stdout, expected());
    island.run(&["models", "verify", ID]).expect(0);
    assert_eq!(loader.hub.connections(), connections);

    // Every kind of damage is found, and leaves nothing behind.
    let flipped = |at: usize| {
        let mut damaged = bundle.clone();
        damaged[at] ^= 1;
        damaged
    };
    let weights_at = bundle.windows(64).position(|part| part == &weights()[1000..1064]).unwrap();
    let damaged =
        [flipped(weights_at), bundle[..bundle.len() / 2].to_vec(), flipped(0), b"no bundle".to_vec(), Vec::new()];
    for (case, bundle) in damaged.iter().enumerate() {
        let island = at(&loader.hub.endpoint());
        island.write("model.bundle", bundle);
        let said = island.run(&["models", "import", "model.bundle"]);
        assert_eq!(said.code, 2, "case {case}: {}", said.stderr);
        assert!(said.stderr.contains("model.bundle"), "case {case}: {}", said.stderr);
        expect_intact(&island);
        translate(&island, ID, &["--offline"]).expect(2);
    }
}

#[test]
fn the_cache_is_where_the_environment_says() {
    let mut loader = Loader::new();
    loader.workplace.set("HF_HUB_CACHE", loader.workplace.path("elsewhere").to_str().unwrap());
    loader.fetch(ID).expect(0);
    assert!(!loader.workplace.path("hf/hub").join(FOLDER).exists());
    assert!(loader.workplace.path("elsewhere").join(FOLDER).join("refs/main").exists());

    let hub = Hub::start([Repository::new(ID, complete())]);
    let mut workplace = Workplace::new();
    workplace.set("HF_ENDPOINT", hub.endpoint());
    workplace.set("HOME", workplace.path("home").to_str().unwrap());
    workplace.run(&["models", "fetch", ID]).expect(0);
    assert!(workplace.path("home/.cache/huggingface/hub").join(FOLDER).join("refs/main").exists());
}

#[test]
fn what_another_program_left_in_the_cache_is_used() {
    let workplace = at("http://127.0.0.1:9");
    let commit = "3f1c".repeat(10);
    let folder = workplace.path("hf/hub").join(FOLDER);
    let lay = |name: &str, content: &[u8]| {
        let digest = if name == WEIGHTS { sha256(content) } else { git_digest(content) };
        workplace.write(&format!("hf/hub/{FOLDER}/blobs/{digest}"), content);
        let snapshot = folder.join("snapshots").join(&commit);
        fs::create_dir_all(&snapshot).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(format!("../../blobs/{digest}"), snapshot.join(name)).unwrap();
        #[cfg(not(unix))]
        fs::write(snapshot.join(name), content).unwrap();
    };
    for name in NEEDED {
        lay(name, &complete()[name]);
    }
    workplace.write(&format!("hf/hub/{FOLDER}/refs/main"), &commit);
    for name in [ID.to_owned(), format!("{ID}@{commit}")] {
        let said = translate(&workplace, &name, &["--offline"]).expect(0).stdout;
        assert_eq!(said.lines().count(), LINES.lines().count(), "{name}");
    }
    workplace.run(&["models", "verify", ID]).expect(0);
}

#[test]
fn a_cache_that_cannot_be_written_is_read() {
    let loader = Loader::new();
    loader.fetch(ID).expect(0);
    let before = names(&loader.workplace.path("hf"));
    let set = |folder: &Path, writable: bool| {
        let mut permissions = fs::metadata(folder).unwrap().permissions();
        permissions.set_readonly(!writable);
        fs::set_permissions(folder, permissions).unwrap();
    };
    let folders = ["hf/hub", &format!("hf/hub/{FOLDER}")].map(|name| loader.workplace.path(name));
    folders.iter().for_each(|folder| set(folder, false));
    let outcome = translate(&loader.workplace, ID, &[]);
    folders.iter().for_each(|folder| set(folder, true));
    assert_eq!(outcome.expect(0).stdout, expected());
    assert_eq!(names(&loader.workplace.path("hf")), before, "a run that only reads wrote to the cache");
}

#[test]
fn a_model_of_many_languages_is_told_the_language() {
    let name = "opus-mt-tc-big-gmw-gmw";
    let loader = Loader::beside([Repository::new(&format!("Helsinki-NLP/{name}"), complete())]);
    let by_name = translate(&loader.workplace, name, &["--raw"]).expect(0).stdout;
    let with_prefix: String = LINES.lines().map(|line| format!(">>eng<< {line}\n")).collect();
    let args = ["translate", "--lines", "--raw", "--translator", fixture().to_str().unwrap()].map(str::to_owned);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    assert_eq!(by_name, loader.workplace.run_with(&args, &with_prefix).expect(0).stdout);
    assert_ne!(by_name, loader.workplace.run_with(&args, LINES).expect(0).stdout, "the prefix makes no difference");
    // The name of the repository means the same model.
    let by_repository = translate(&loader.workplace, &format!("Helsinki-NLP/{name}"), &["--raw", "--offline"]);
    assert_eq!(by_repository.expect(0).stdout, by_name);
}

#[test]
fn what_is_part_of_the_program_is_neither_fetched_nor_removed() {
    let loader = Loader::new();
    loader.fetch("small-de-en").expect(0);
    let said = loader.workplace.run(&["models", "remove", "small-de-en"]).expect(2).stderr;
    assert!(said.contains("part of the program"), "{said}");
    assert_eq!(loader.hub.connections(), 0);
    // This hub lacks the standard models.
    let said = loader.workplace.run(&["models", "fetch", "--all-defaults"]).expect(2).stderr;
    assert!(said.contains("Helsinki-NLP/opus-mt-de-en"), "{said}");
}

#[test]
fn the_doctor_shows_what_is_honoured_and_no_secret_and_asks_nobody() {
    let mut loader = Loader::new();
    for (name, value) in [("HF_TOKEN", MEMBER), ("https_proxy", "http://me:geheim@proxy:1"), ("HF_HUB_OFFLINE", "1")] {
        loader.workplace.set(name, value);
    }
    let said = loader.workplace.run(&["doctor"]).expect(0).stdout;
    let cache = loader.workplace.path("hf/hub");
    for fact in [&loader.hub.endpoint()[..], cache.to_str().unwrap(), "HF_HUB_OFFLINE=1", "proxy:1", "small-de-en"] {
        assert!(said.contains(fact), "{fact} is not in {said}");
    }
    assert!(!said.contains(MEMBER) && !said.contains("geheim"), "{said}");
    assert_eq!(loader.hub.connections(), 0);
}
