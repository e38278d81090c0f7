//! A line of a stream of records → an article, with what else the record holds.

use serde_json::{Map, Value};

use super::error::Error;
use super::field_names::FieldNames;
use super::read_options::ReadOptions;
use super::source::ReadError;
use super::{draft, readers};
use crate::document::Article;

/// What a record without a name is called in errors.
const UNNAMED_RECORD: &str = "the record";

/// The format in which errors say that a record cannot be read.
const RECORD_FORMAT: &str = "a record";

/// What the user can do about a line that is no record.
const ONE_RECORD_A_LINE: &str = "a record is a JSON object with fields, one a line";

/// An article that arrives as one record of a stream.
#[derive(Debug)]
pub struct StreamRecord {
    /// Its field `id` as it stands, else what it is called; null if nothing names it.
    pub id: Value,
    /// Its fields but the text, as they stand.
    pub fields: Map<String, Value>,
    /// The article in it, or why there is none.
    pub article: Result<Article, Error>,
}

impl StreamRecord {
    /// A record of more than `limit` bytes, which was not read.
    pub fn too_large(limit: u64) -> Self {
        Self::failed(ReadError::TooLarge { limit })
    }

    fn failed(cause: ReadError) -> Self {
        let article = Err(Error::from_reader(UNNAMED_RECORD.to_owned(), RECORD_FORMAT, cause));
        Self { id: Value::Null, fields: Map::new(), article }
    }
}

/// Reads the record in `line`, a JSON object.
pub fn read_record(line: &[u8], options: &ReadOptions) -> StreamRecord {
    let fields = match readers::json_fields(line) {
        Ok(fields) => fields,
        Err(what) => return StreamRecord::failed(ReadError::Damaged { what, hint: ONE_RECORD_A_LINE }),
    };
    let field_names = FieldNames::new(&options.fields);
    let record_name = readers::record_id(&fields, field_names);
    let stated_id = fields.iter().find(|(key, _)| key == "id").map(|(_, value)| value.clone());
    let id = stated_id.or(record_name.clone().map(Value::String)).unwrap_or_default();
    let text_field_indices = readers::text_fields(&fields, field_names);
    let other_fields = fields
        .iter()
        .enumerate()
        .filter(|(field_index, _)| !text_field_indices.contains(field_index))
        .map(|(_, record_field)| record_field.clone());
    let other_fields = other_fields.collect();
    let source = record_name.unwrap_or_else(|| UNNAMED_RECORD.to_owned());
    let failed = |cause| Error::from_reader(source.clone(), RECORD_FORMAT, cause);
    let article = readers::read_record(fields, field_names)
        .map_err(failed)
        .and_then(|record_draft| draft::into_article(source.clone(), record_draft, options).map_err(failed));
    StreamRecord { id, fields: other_fields, article }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_keeps_its_identifier_and_its_other_fields() {
        let line = br#"{"id": 7, "text": "Es regnet.", "titel": "Wetter", "ressort": "Lokales"}"#;
        let record = read_record(line, &ReadOptions::default());
        assert_eq!(record.id, json!(7));
        assert_eq!(Value::Object(record.fields), json!({"id": 7, "titel": "Wetter", "ressort": "Lokales"}));
        assert_eq!(record.article.unwrap().title(), Some("Wetter"));
    }

    #[test]
    fn what_is_no_record_has_an_error_and_the_identifier_if_there_is_one() {
        for (line, id, message) in [
            (&b"{"[..], json!(null), "the record"),
            (b"[1]", json!(null), "no object"),
            (br#"{"id": "a", "number": 1}"#, json!("a"), "a"),
            (br#"{"id": "b", "text": "  "}"#, json!("b"), "b"),
            (b"\xff\xfe", json!(null), "the record"),
        ] {
            let record = read_record(line, &ReadOptions::default());
            assert_eq!(record.id, id, "{}", line.escape_ascii());
            let error = record.article.unwrap_err();
            let all = format!("{error}: {:?}", std::error::Error::source(&error).map(ToString::to_string));
            assert!(all.contains(message), "{all}");
        }
    }
}
