//! What a page says about its article as JSON-LD: <https://schema.org/Article>.

use scraper::{ElementRef, Html, Selector};
use serde_json::{Map, Value};

use super::super::super::entities;

/// The most bytes of a script that is read.
const MAX_BYTES: usize = 1 << 20;

/// What a page's JSON-LD says about its article.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct JsonLd {
    /// Its title.
    pub(super) headline: Option<String>,
    /// Names of the authors.
    pub(super) authors: Vec<String>,
    /// Name of the publisher.
    pub(super) publisher: Option<String>,
    /// Address of the article.
    pub(super) url: Option<String>,
    /// Time of publication, usually in the form of ISO 8601.
    pub(super) published: Option<String>,
    /// Time of the last change.
    pub(super) modified: Option<String>,
}

/// Endings of the types of articles.
const ARTICLE_TYPES: &[&str] = &["Article", "BlogPosting", "ClaimReview", "Report", "SocialMediaPosting"];

/// Reads the JSON-LD of `page`. Of several articles, the first with a date of publication is taken.
pub(super) fn read(page: &Html) -> JsonLd {
    let Ok(selector) = Selector::parse("script[type='application/ld+json']") else { return JsonLd::default() };
    let scripts: Vec<String> = page.select(&selector).map(script_text).filter(|text| text.len() <= MAX_BYTES).collect();
    let values: Vec<Value> = scripts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let articles: Vec<&Map<String, Value>> = values.iter().flat_map(articles).collect();
    let is_dated = |article: &&&Map<String, Value>| article.contains_key("datePublished");
    let article = articles.iter().find(is_dated).or(articles.first());
    article.map(|article| from_article(article)).unwrap_or_default()
}

/// The text of a script. Some pages break lines within strings, which JSON does not allow.
fn script_text(script: ElementRef<'_>) -> String {
    script.text().collect::<String>().replace(['\n', '\r', '\t'], " ")
}

/// The articles in `value`: itself, or those of a list or a graph, in order.
fn articles(value: &Value) -> Vec<&Map<String, Value>> {
    let objects: Vec<&Value> = match value {
        Value::Array(values) => values.iter().collect(),
        Value::Object(fields) => match fields.get("@graph").and_then(Value::as_array) {
            Some(values) => values.iter().collect(),
            None => vec![value],
        },
        _ => Vec::new(),
    };
    objects.into_iter().filter_map(Value::as_object).filter(|fields| is_article(fields)).collect()
}

fn is_article(fields: &Map<String, Value>) -> bool {
    let is_article =
        |name: &Value| name.as_str().is_some_and(|name| ARTICLE_TYPES.iter().any(|ending| name.ends_with(ending)));
    match fields.get("@type") {
        Some(Value::Array(types)) => types.iter().any(is_article),
        Some(name) => is_article(name),
        None => false,
    }
}

fn from_article(article: &Map<String, Value>) -> JsonLd {
    // Some pages escape what needs no escape here.
    let plain = |text: &str| entities::decode(text).into_owned();
    let text = |key: &str| article.get(key).and_then(Value::as_str).map(plain);
    JsonLd {
        headline: text("headline"),
        authors: article.get("author").map(names).unwrap_or_default(),
        publisher: article.get("publisher").map(names).unwrap_or_default().into_iter().next(),
        url: text("url").or_else(|| match article.get("mainEntityOfPage") {
            Some(Value::Object(page)) => page.get("@id").and_then(Value::as_str).map(str::to_owned),
            page => page.and_then(Value::as_str).map(str::to_owned),
        }),
        published: text("datePublished"),
        modified: text("dateModified"),
    }
}

/// The names of persons or organisations: of one or of several, as objects or as text.
fn names(value: &Value) -> Vec<String> {
    let plain = |text: &str| entities::decode(text).into_owned();
    let name = |value: &Value| match value {
        Value::Object(fields) => fields.get("name").and_then(Value::as_str).map(plain),
        value => value.as_str().map(plain),
    };
    match value {
        Value::Array(values) => values.iter().filter_map(name).collect(),
        value => name(value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_script(json: &str) -> JsonLd {
        read(&Html::parse_document(&format!("<script type='application/ld+json'>{json}</script>")))
    }

    #[test]
    fn an_article_is_found_wherever_it_stands() {
        let article =
            r#"{"@type":"NewsArticle","datePublished":"2024-05-07T18:50:00+02:00","author":{"name":"Jana Ohm"}}"#;
        for json in [
            article.to_owned(),
            format!(r#"[{{"@type":"WebSite","datePublished":"1999-01-01"}},{article}]"#),
            format!(r#"{{"@context":"x","@graph":[{{"@type":["Thing"]}},{article}]}}"#),
            article.replace("Jana", "Jana\n"),
        ] {
            let found = read_script(&json);
            assert_eq!(found.published.as_deref(), Some("2024-05-07T18:50:00+02:00"), "{json}");
            assert_eq!(found.authors.len(), 1, "{json}");
        }
    }

    #[test]
    fn names_are_texts_or_objects() {
        let found = read_script(
            r#"{"@type":"ReportageNewsArticle","author":[{"name":"Jana Ohm"},"Kai Lund"],"publisher":{"name":"Der Bote"},
            "mainEntityOfPage":{"@id":"https://bote.example/a"},"dateModified":"2024-05-08"}"#,
        );
        assert_eq!(found.authors, ["Jana Ohm", "Kai Lund"]);
        assert_eq!(found.publisher.as_deref(), Some("Der Bote"));
        assert_eq!(found.url.as_deref(), Some("https://bote.example/a"));
        assert_eq!((found.published, found.modified.as_deref()), (None, Some("2024-05-08")));
    }

    #[test]
    fn what_is_no_article_says_nothing() {
        for json in ["", "{", "null", "[1]", r#"{"@type":"WebPage","datePublished":"2024-05-07"}"#, r#"{"@type":5}"#] {
            assert_eq!(read_script(json), JsonLd::default(), "{json}");
        }
    }
}
