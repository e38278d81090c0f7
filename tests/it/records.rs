//! `depesche records` on the real program: one line out for each line in.

use serde_json::Value;

use crate::workplace::Workplace;

const RECORDS: &str = concat!(
    r#"{"id": 1, "title": "Wetter", "text": "Es regnet seit drei Tagen. Der Fluss steigt.", "section": "Lokales"}"#,
    "\n",
    r#"{"id": "zwei", "text": ""}"#,
    "\n\nkein Datensatz\n",
    r#"{"id": 3, "body": "<p>Guten Morgen!</p>", "url": "https://zeitung.example/3", "published": "2026-03-01"}"#,
    "\n",
);

fn records(stdin: &str, args: &[&str], code: i32) -> Vec<Value> {
    let outcome = Workplace::new().run_with(&[&["records"], args].concat(), stdin).expect(code);
    outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_record_comes_out_in_order_and_a_bad_one_stops_no_other() {
    let out = records(RECORDS, &[], 1);
    let ids: Vec<&Value> = out.iter().map(|record| &record["id"]).collect();
    assert_eq!(ids, [&Value::from(1), &Value::from("zwei"), &Value::Null, &Value::from(3)]);
    assert_eq!(out[0]["record"]["section"], "Lokales");
    assert!(out[0]["paragraphs"][0]["sentences"][0]["en"].as_str().unwrap().contains("rain"), "{}", out[0]);
    assert!(out[0]["summary"][0]["en"].is_string());
    for bad in [&out[1], &out[2]] {
        assert!(bad["error"].is_string() && bad["paragraphs"].is_null(), "{bad}");
    }
    assert_eq!(
        (out[3]["url"].as_str(), out[3]["date"].as_str()),
        (Some("https://zeitung.example/3"), Some("2026-03-01"))
    );
    assert!(out[3]["error"].is_null());
}

#[test]
fn a_stream_may_be_split_anywhere() {
    let whole = records(RECORDS, &[], 1);
    let one_by_one: Vec<Value> = RECORDS
        .lines()
        .flat_map(|line| {
            let code = i32::from(!line.is_empty() && !line.contains("Es regnet") && !line.contains("Morgen"));
            records(line, &["--workers", "1"], code)
        })
        .collect();
    assert_eq!(whole, one_by_one);
}

#[test]
fn no_record_is_no_error_and_a_field_is_found_by_its_name() {
    assert!(records("\n\n", &[], 0).is_empty());
    let out = records(r#"{"koerper": "Guten Morgen!"}"#, &["--field", "text=koerper", "--no-summary"], 0);
    assert!(out[0]["paragraphs"].is_array() && out[0]["summary"].is_null(), "{}", out[0]);
}
