//! Downloads that break, stall, are damaged or run twice at once.

use super::*;

#[test]
fn wrong_bytes_never_become_visible_and_the_file_is_named() {
    for name in [WEIGHTS, "vocab.json"] {
        let loader = Loader::new();
        loader.hub.misbehave(Point::Bytes, name, 1000, Trouble::WrongBytes);
        let said = loader.fetch(ID).expect(2).stderr;
        assert!(said.contains(name) && said.contains("hint:"), "{said}");
        expect_intact(&loader.workplace);
        assert!(!loader.cached("snapshots").iter().any(|seen| seen.ends_with(name)), "{name}");
        translate(&loader.workplace, ID, &["--offline"]).expect(2);
        // No damaged bytes are kept for the next attempt.
        let honest = Hub::start([Repository::new(ID, complete())]);
        let mut workplace = loader.workplace;
        workplace.set("HF_ENDPOINT", honest.endpoint());
        workplace.run(&["models", "fetch", ID]).expect(0);
        assert!(honest.downloads(name).iter().all(|request| request.header("range").is_none()));
        expect_intact(&workplace);
        assert_eq!(translate(&workplace, ID, &["--offline"]).expect(0).stdout, expected());
    }
}

#[test]
fn a_cut_connection_is_taken_up_where_it_broke() {
    let loader = Loader::new();
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 1, Trouble::Cut(20_000));
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 1, Trouble::Cut(10_000));
    loader.fetch(ID).expect(0);
    let downloads = loader.hub.downloads(WEIGHTS);
    let ranges: Vec<_> = downloads.iter().map(|request| request.header("range")).collect();
    assert_eq!(ranges, [None, Some("bytes=20000-"), Some("bytes=30000-")]);
    loader.expect_intact(true);
    assert_eq!(translate(&loader.workplace, ID, &["--offline"]).expect(0).stdout, expected());
}

#[test]
fn what_a_failed_fetch_has_is_not_fetched_again() {
    let loader = Loader::new();
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 1, Trouble::Cut(20_000));
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 1000, Trouble::Cut(0));
    let said = loader.fetch(ID).expect(2).stderr;
    assert!(said.contains(WEIGHTS), "{said}");
    loader.expect_intact(false);

    let second = Hub::start([Repository::new(ID, complete())]);
    let mut workplace = loader.workplace;
    workplace.set("HF_ENDPOINT", second.endpoint());
    workplace.run(&["models", "fetch", ID]).expect(0);
    let downloads = second.downloads(WEIGHTS);
    let ranges: Vec<_> = downloads.iter().map(|request| request.header("range")).collect();
    assert_eq!(ranges, [Some("bytes=20000-")]);
    assert!(second.downloads("vocab.json").is_empty());
    assert_eq!(translate(&workplace, ID, &["--offline"]).expect(0).stdout, expected());
}

#[test]
fn what_is_left_of_another_file_is_not_taken_up() {
    let loader = Loader::new();
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 1, Trouble::Cut(20_000));
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 20, Trouble::Cut(0));
    loader.fetch(ID).expect(2);
    let other = Hub::start([Repository::new(
        ID,
        with(complete(), WEIGHTS, {
            let mut other = weights();
            *other.last_mut().unwrap() ^= 1;
            other
        }),
    )]);
    let mut workplace = loader.workplace;
    workplace.set("HF_ENDPOINT", other.endpoint());
    workplace.run(&["models", "fetch", ID]).expect(0);
    expect_intact(&workplace);
    assert_eq!(other.downloads(WEIGHTS)[0].header("range"), None);
}

#[test]
fn a_download_survives_what_servers_do() {
    let troubles = [
        ("ignores ranges", vec![Trouble::Cut(20_000), Trouble::IgnoreRange]),
        ("sends chunks", vec![Trouble::Chunked]),
        ("does not say how long", vec![Trouble::NoLength]),
        ("promises too much", vec![Trouble::WrongLength(100)]),
        ("promises too little", vec![Trouble::WrongLength(-100)]),
        ("is unavailable", vec![Trouble::Status(503), Trouble::Status(502), Trouble::Status(500)]),
        ("lets links expire", vec![Trouble::Cut(1000), Trouble::Status(403)]),
        ("changes its own tag", vec![Trouble::Cut(1000), Trouble::Header("ETag", "\"another\"".into())]),
        ("sends wrong bytes once", vec![Trouble::WrongBytes]),
        ("drips", vec![Trouble::Drip(3000, Duration::from_millis(20))]),
        ("stalls", vec![Trouble::Stall(20_000)]),
    ];
    for (what, troubles) in troubles {
        let loader = Loader::new();
        for trouble in troubles {
            loader.hub.misbehave(Point::Bytes, WEIGHTS, 1, trouble);
        }
        let fetched = loader.fetch(ID);
        assert_eq!(fetched.code, 0, "a server that {what}: {}", fetched.stderr);
        loader.expect_intact(true);
        let weights = loader.workplace.run(&["models", "path", ID]).expect(0).stdout;
        assert_eq!(fs::read(Path::new(weights.trim_end()).join(WEIGHTS)).unwrap(), self::weights(), "{what}");
    }
}

#[test]
fn a_hub_that_is_unavailable_for_a_moment_is_asked_again() {
    for (at, name) in [(Point::Info, ID), (Point::Resolve, WEIGHTS), (Point::Bytes, "config.json")] {
        let loader = Loader::new();
        loader.hub.misbehave(at, name, 2, Trouble::Status(503));
        let fetched = loader.fetch(ID);
        assert_eq!(fetched.code, 0, "{at:?}: {}", fetched.stderr);
    }
}

#[test]
fn a_hub_that_asks_for_time_is_given_it() {
    let loader = Loader::new();
    loader.hub.misbehave(Point::Resolve, WEIGHTS, 1, Trouble::TooManyRequests(Some(2)));
    let start = Instant::now();
    loader.fetch(ID).expect(0);
    assert!(start.elapsed() >= Duration::from_secs(2), "the hub was asked again too soon");

    let loader = Loader::new();
    loader.hub.misbehave(Point::Info, ID, 1000, Trouble::TooManyRequests(Some(86_400)));
    let said = loader.fetch(ID).expect(2).stderr;
    assert!(said.contains("429") && said.contains("hint:"), "{said}");
}

#[test]
fn a_fetch_that_is_killed_goes_on_where_it_was() {
    let loader = Loader::new();
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 1, Trouble::Stall(20_000));
    let mut child = loader.start(&["models", "fetch", ID]);
    loader.hub.wait_until_stalled(1);
    let partial = || {
        let cache = loader.workplace.path("hf/hub").join(FOLDER).join("blobs");
        let sizes = fs::read_dir(cache).into_iter().flatten().flatten().map(|entry| entry.metadata().unwrap().len());
        sizes.max().unwrap_or_default()
    };
    until("bytes that came are on the disk", || partial() > 10_000);
    child.kill().unwrap();
    child.wait().unwrap();
    let range = format!("bytes={}-", partial());
    loader.expect_intact(false);
    translate(&loader.workplace, ID, &["--offline"]).expect(2);

    loader.fetch(ID).expect(0);
    let downloads = loader.hub.downloads(WEIGHTS);
    let ranges: Vec<_> = downloads.iter().map(|request| request.header("range")).collect();
    assert_eq!(ranges, [None, Some(range.as_str())]);
    loader.expect_intact(true);
    assert_eq!(translate(&loader.workplace, ID, &["--offline"]).expect(0).stdout, expected());
    let left: Vec<_> = loader.cached("blobs").into_iter().filter(|name| name.contains('.')).collect();
    assert_eq!(left, Vec::<String>::new(), "the parts are cleared away");
}

#[test]
fn of_two_fetches_at_once_one_waits_and_says_so() {
    let loader = Loader::new();
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 1, Trouble::Stall(20_000));
    let mut first = loader.start(&["models", "fetch", ID]);
    loader.hub.wait_until_stalled(1);
    let mut second = loader.start(&["models", "fetch", ID]);
    let mut lines = BufReader::new(second.stderr.take().unwrap()).lines().map_while(Result::ok);
    let waits = lines.find(|line| line.contains("wait"));
    assert!(waits.is_some(), "the second says that it waits");
    loader.hub.release();
    // Drain the pipe, or the process would block on it.
    let rest = thread::spawn(move || lines.count());
    assert!(first.wait().unwrap().success() && second.wait().unwrap().success());
    rest.join().unwrap();
    for name in NEEDED {
        assert_eq!(loader.hub.downloads(name).len(), 1, "{name}");
    }
    loader.expect_intact(true);
}

#[test]
fn nothing_can_be_seen_before_it_is_whole() {
    let loader = Loader::new();
    for name in NEEDED {
        loader.hub.misbehave(Point::Bytes, name, 1, Trouble::Drip(2000, Duration::from_millis(5)));
    }
    let mut child = loader.start(&["models", "fetch", ID]);
    let status = loop {
        expect_intact(&loader.workplace);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(1)),
        }
    };
    assert!(status.success());
    loader.expect_intact(true);
}

#[test]
fn a_login_page_does_not_spoil_what_is_there_already() {
    let loader = Loader::new();
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 1, Trouble::Cut(20_000));
    loader.hub.misbehave(Point::Bytes, WEIGHTS, 2, Trouble::LoginPage);
    loader.fetch(ID).expect(0);
    let downloads = loader.hub.downloads(WEIGHTS);
    let ranges: Vec<_> = downloads.iter().map(|request| request.header("range")).collect();
    let on = Some("bytes=20000-");
    assert_eq!(ranges, [None, on, on, on]);
    loader.expect_intact(true);
}
