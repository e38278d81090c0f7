//! The fields of a record → draft. Which field holds what is said by the user, or by its name.
//!
//! Promises: every field is part of the article, or listed, unless it repeats its text.

use serde_json::Value;

use super::super::characters::{self, is_web_address};
use super::super::field_names::{
    AUTHOR, FieldNames, FieldTarget, ID, OUTLET, PUBLISHED, STANDFIRST, TEXT, TITLE, UPDATED, URL,
};
use super::super::source::ReadError;
use super::field_text::{self, Markup};
use super::stated_day::{day_of_timestamp, stated_day};
use crate::document::{ArticleDraft, Date, LeftOut};

/// Rule of fields that hold no part of the article.
const FIELD_RULE: &str = "field";

/// What a user can do if no field of a record is known to hold its text.
const NAME_THE_FIELD_HINT: &str = "name the field that holds the text with --field text=FIELD";

/// How many letters of a standfirst show that the text begins with it.
const STANDFIRST_LETTERS: usize = 60;

/// The most numbers of a list that are shown.
const MAX_NUMBERS: usize = 16;

/// Keys under which an object holds its text: `{"rendered": "<p>…"}`, `{"name": "Jana Ohm"}`.
const TEXT_KEYS: &[&str] = &["rendered", "value", "text", "html", "name", "title", "$t", "#text", "href", "url"];

/// The article that the record with `fields` is.
///
/// # Errors
/// If no field holds its text.
pub(in super::super) fn read(fields: Vec<(String, Value)>, names: FieldNames<'_>) -> Result<ArticleDraft, ReadError> {
    let fields = with_chosen_paths(fields, names);
    let keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_str()).collect();
    let mut is_used = vec![false; fields.len()];
    let mut take = |target: &FieldTarget| -> Vec<String> {
        let candidates = names.candidates(target, &keys);
        let texts = candidates.iter().filter_map(|index| Some((*index, text_of_field(&fields[*index].1, "\n\n")?)));
        // Of fields with usual names one is the part; those that the user named are all.
        let wanted = if names.chosen(target).is_empty() { 1 } else { usize::MAX };
        let taken: Vec<(usize, String)> = texts.filter(|(index, _)| !is_used[*index]).take(wanted).collect();
        taken.iter().for_each(|(index, _)| is_used[*index] = true);
        taken.into_iter().map(|(_, text)| text).collect()
    };
    let texts = take(TEXT);
    let standfirsts = take(STANDFIRST);
    let [title, author, outlet] = [TITLE, AUTHOR, OUTLET].map(|target| joined_field_texts(&take(target)));
    let [published, updated] = [PUBLISHED, UPDATED].map(|target| take(target).into_iter().next());
    let addresses = take(URL);
    let ids = take(ID);
    let mut draft = ArticleDraft { author, outlet, ..ArticleDraft::default() };
    let mut body = ArticleDraft::default();
    for text in &texts {
        if let Ok(found) = field_text::read(text, Markup::Unknown) {
            field_text::append(&mut body, found, title.as_deref());
        }
    }
    let body_letters = letters_of_draft(&body);
    for text in &standfirsts {
        let known: String = characters::letters(&field_text::one_line(text, Markup::Unknown));
        let known: String = known.chars().take(STANDFIRST_LETTERS).collect();
        if let Ok(found) = field_text::read(text, Markup::Unknown)
            && !body_letters.contains(&known)
        {
            field_text::append(&mut draft, found, Some(title.as_deref().unwrap_or_default()));
        }
    }
    let stated_title = title.or(body.title.take());
    field_text::append(&mut draft, body, stated_title.as_deref());
    draft.title = stated_title;
    if draft.sections.is_empty() {
        let chosen = names.chosen(TEXT);
        let what = match chosen.first() {
            Some(field) => format!("the record has no text in the field {field}; its fields are {}", keys.join(", ")),
            None => format!("no field of the record holds text; its fields are {}", keys.join(", ")),
        };
        return Err(ReadError::Damaged { what, hint: NAME_THE_FIELD_HINT });
    }
    let all_letters = letters_of_draft(&draft);
    for (part, stated) in [(&mut draft.published, published), (&mut draft.updated, updated)] {
        if let Some(stated) = stated {
            *part = day_of_field(&stated);
            if part.is_none() {
                draft.left_out.push(LeftOut { text: stated, rule: FIELD_RULE.to_owned() });
            }
        }
    }
    for address in addresses {
        if draft.url.is_none() && is_web_address(&address) {
            draft.url = Some(address);
        } else {
            draft.left_out.push(LeftOut { text: address, rule: FIELD_RULE.to_owned() });
        }
    }
    drop(ids);
    for ((key, value), _) in fields.iter().zip(&is_used).filter(|(_, used)| !**used) {
        let Some(text) = text_of_field(value, ", ").or_else(|| compact_json(value)) else { continue };
        let repeated = characters::letters(&field_text::one_line(&text, Markup::Unknown));
        let is_repeated = repeated.len() > STANDFIRST_LETTERS && all_letters.contains(&repeated);
        if !is_repeated {
            draft.left_out.push(LeftOut { text: format!("{key}: {text}"), rule: FIELD_RULE.to_owned() });
        }
    }
    Ok(draft)
}

/// What a record is called: its identifier, else its address.
pub(in super::super) fn id(fields: &[(String, Value)], names: FieldNames<'_>) -> Option<String> {
    let keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_str()).collect();
    let of_target = |target| {
        let candidates = names.candidates(target, &keys);
        candidates.into_iter().find_map(|index| text_of_field(&fields[index].1, " "))
    };
    of_target(ID).or_else(|| of_target(URL))
}

/// The indices of the fields that may hold the text.
pub(in super::super) fn text_fields(fields: &[(String, Value)], names: FieldNames<'_>) -> Vec<usize> {
    let keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_str()).collect();
    names.candidates(TEXT, &keys)
}

/// `fields` with those that the user named by a path, such as `_source.body`.
fn with_chosen_paths(mut fields: Vec<(String, Value)>, names: FieldNames<'_>) -> Vec<(String, Value)> {
    for target in [TEXT, TITLE, STANDFIRST, PUBLISHED, UPDATED, AUTHOR, OUTLET, URL, ID] {
        for path in names.chosen(target).into_iter().filter(|path| path.contains('.')) {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            let outer = fields.iter().find(|(key, _)| key == first).map(|(_, value)| value);
            let inner = outer.and_then(|outer| rest.split('.').try_fold(outer, |value, key| value.get(key)));
            if let Some(value) = inner.cloned().filter(|_| !fields.iter().any(|(key, _)| key == path)) {
                fields.push((path.to_owned(), value));
            }
        }
    }
    fields
}

/// The text of a value: of an object that of its likeliest key, of a list those of all, separated by `separator`.
fn text_of_field(value: &Value, separator: &str) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) if values.iter().all(|value| value.is_string() || value.is_object()) => {
            values.iter().filter_map(|value| text_of_field(value, ", ")).collect::<Vec<_>>().join(separator)
        }
        Value::Object(fields) => {
            TEXT_KEYS.iter().find_map(|key| fields.get(*key)?.as_str()).unwrap_or_default().to_owned()
        }
        Value::Array(_) | Value::Null | Value::Bool(_) => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

/// A value that holds no text, as JSON. A long list of numbers is counted.
fn compact_json(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::Array(values) if values.is_empty() => None,
        Value::Object(fields) if fields.is_empty() => None,
        Value::Array(values) if values.len() > MAX_NUMBERS && values.iter().all(Value::is_number) => {
            Some(format!("{} numbers", values.len()))
        }
        value => Some(value.to_string()),
    }
}

fn joined_field_texts(texts: &[String]) -> Option<String> {
    let lines: Vec<String> =
        texts.iter().map(|text| field_text::one_line(&text.replace("\n\n", ", "), Markup::Unknown)).collect();
    let line = lines.join(", ");
    (!line.is_empty()).then_some(line)
}

/// The day that a field states, as text or in seconds since 1970.
fn day_of_field(text: &str) -> Option<Date> {
    let is_timestamp =
        |digits: &&str| (9..=13).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let whole = text.split('.').next().unwrap_or_default();
    match Some(whole).filter(is_timestamp) {
        Some(seconds) => day_of_timestamp(seconds.parse().ok()?),
        None => stated_day(text),
    }
}

fn letters_of_draft(draft: &ArticleDraft) -> String {
    draft.sections.iter().map(|section| characters::letters(&section.text)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Vec<(String, Value)> {
        let Value::Object(fields) = value else { panic!("{value}") };
        fields.into_iter().collect()
    }

    fn read_usual(value: Value) -> ArticleDraft {
        read(fields(value), FieldNames::new(&[])).unwrap()
    }

    fn texts(draft: &ArticleDraft) -> Vec<&str> {
        draft.sections.iter().map(|section| section.text.trim()).collect()
    }

    #[test]
    fn a_record_is_an_article_with_all_that_its_fields_say() {
        let draft = read_usual(json!({
            "id": 17, "Titel": "Halle\ngekauft", "Vorspann": "Ein Haus für Bücher.", "text": "Die Stadt kauft die Halle.\n\nSie baut um.",
            "datum": "07.05.2024", "updated_at": 1_715_126_399, "autoren": ["Jana Ohm", {"name": "Kai Lund"}], "quelle": "Der Bote",
            "link": "https://bote.example/halle", "tags": ["Kultur", "Bau"], "vector": vec![0.5; 20], "leer": null, "bezahlt": true,
        }));
        assert_eq!(draft.title.as_deref(), Some("Halle gekauft"));
        assert_eq!(texts(&draft), ["Ein Haus für Bücher.", "Die Stadt kauft die Halle.", "Sie baut um."]);
        assert_eq!((draft.published, draft.updated), (Date::new(2024, 5, 7), Date::new(2024, 5, 7)));
        assert_eq!((draft.author.as_deref(), draft.outlet.as_deref()), (Some("Jana Ohm, Kai Lund"), Some("Der Bote")));
        assert_eq!(draft.url.as_deref(), Some("https://bote.example/halle"));
        let listed: Vec<&str> = draft.left_out.iter().map(|passage| passage.text.as_str()).collect();
        assert_eq!(listed, ["bezahlt: true", "tags: Kultur, Bau", "vector: 20 numbers"]);
    }

    #[test]
    fn text_comes_from_the_likeliest_field_in_any_form() {
        for (record, wanted) in [
            (json!({"html": "<p>Eins.</p><p>Zwei.</p>"}), vec!["Eins.", "Zwei."]),
            (json!({"content": {"rendered": "<p>Eins.</p>"}, "excerpt": {"rendered": "<p>Eins.</p>"}}), vec!["Eins."]),
            (json!({"body": ["Eins.", "Zwei."]}), vec!["Eins.", "Zwei."]),
            (json!({"text": "", "body": "Eins."}), vec!["Eins."]),
            (json!({"description": "Nur das."}), vec!["Nur das."]),
        ] {
            assert_eq!(texts(&read_usual(record.clone())), wanted, "{record}");
        }
    }

    #[test]
    fn fields_that_the_user_named_come_first() {
        let choices: Vec<_> =
            ["text=_source.rumpf", "text=rest", "title=kopf"].map(|choice| choice.parse().unwrap()).into();
        let record = json!({"text": "Nicht das.", "kopf": "Titel", "rest": "Zwei.", "_source": {"rumpf": "Eins."}});
        let draft = read(fields(record), FieldNames::new(&choices)).unwrap();
        assert_eq!((draft.title.as_deref(), texts(&draft)), (Some("Titel"), vec!["Eins.", "Zwei."]));
        assert!(draft.left_out.iter().any(|passage| passage.text == "text: Nicht das."));
        let error = read(fields(json!({"text": "a"})), FieldNames::new(&choices)).unwrap_err().to_string();
        assert_eq!(error, "the record has no text in the field _source.rumpf; its fields are text");
    }

    #[test]
    fn a_record_without_text_names_its_fields() {
        let error = read(fields(json!({"a": 1, "b": "x"})), FieldNames::new(&[])).unwrap_err();
        assert_eq!(error.to_string(), "no field of the record holds text; its fields are a, b");
    }

    #[test]
    fn dates_that_cannot_be_read_are_listed() {
        let draft = read_usual(json!({"text": "Eins.", "date": "irgendwann", "url": "bote.example"}));
        assert_eq!((draft.published, draft.url.as_deref()), (None, None));
        assert_eq!(draft.left_out.len(), 2);
    }

    #[test]
    fn a_record_is_called_by_its_identifier_or_address() {
        let called = |value: Value| id(&fields(value), FieldNames::new(&[]));
        assert_eq!(called(json!({"id": 7, "url": "https://a"})).as_deref(), Some("7"));
        assert_eq!(called(json!({"_id": {"$oid": "x"}, "url": "https://a"})).as_deref(), Some("https://a"));
        assert_eq!(called(json!({"text": "a"})), None);
    }
}
