//! A line and its translation → what `translate --lines` prints.

use depesche::document::TranslatedText;
use serde_json::{Map, Value, json};

/// The English alone.
pub(super) fn english(_german: &str, translated: &TranslatedText) -> String {
    translated.english.clone()
}

/// A JSON object with both languages and the flags, on one line.
pub(super) fn json(german: &str, translated: &TranslatedText) -> String {
    let flags: Vec<&str> = translated.notes.iter().map(|note| note.flag.name()).collect();
    let reason = |reason: &String| Value::from(reason.as_str());
    let reasons: Map<String, Value> = (translated.notes.iter())
        .filter_map(|note| Some((note.flag.name().to_owned(), note.reason.as_ref().map(reason)?)))
        .collect();
    let doubtful = translated.notes.iter().any(|note| note.flag.is_doubt());
    json!({ "de": german, "en": translated.english, "doubtful": doubtful, "flags": flags, "reasons": reasons })
        .to_string()
}

#[cfg(test)]
mod tests {
    use depesche::document::{Flag, Note};

    use super::*;

    #[test]
    fn a_line_carries_its_flags_and_their_reasons() {
        let number = Note { flag: Flag::Number, reason: Some("“30” is missing".into()) };
        let translated =
            TranslatedText { english: "He \"came\".".into(), notes: vec![Note::from(Flag::Split), number] };
        let line = json("Er kam.\u{1b}", &translated);
        let value: Value = serde_json::from_str(&line).unwrap();
        assert!(!line.contains(char::is_control));
        assert_eq!(value["de"], "Er kam.\u{1b}");
        assert_eq!(value["en"], "He \"came\".");
        assert_eq!(value["doubtful"], true);
        assert_eq!(value["flags"], json!(["split", "number"]));
        assert_eq!(value["reasons"], json!({ "number": "“30” is missing" }));
        assert_eq!(english("Er kam.", &translated), "He \"came\".");
    }
}
