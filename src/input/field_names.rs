//! Names of fields in records → the part of an article that each holds: by the user's choice, else by names that are usual
//! in German and English.

use std::fmt;
use std::str::FromStr;

/// A part of an article that a field can hold.
#[derive(Debug)]
pub struct FieldTarget {
    /// Name in `--field NAME=FIELD`.
    pub name: &'static str,
    /// What the field of a record becomes.
    pub about: &'static str,
    /// Usual names of its field, the likeliest first: in lower case, letters and digits only.
    names: &'static [&'static str],
}

/// The field with the text of the article.
pub(super) const TEXT: &FieldTarget = &FIELD_TARGETS[0];

/// The field with the title of the article.
pub(super) const TITLE: &FieldTarget = &FIELD_TARGETS[1];

/// The field with the standfirst.
pub(super) const STANDFIRST: &FieldTarget = &FIELD_TARGETS[2];

/// The field with the day of publication.
pub(super) const PUBLISHED: &FieldTarget = &FIELD_TARGETS[3];

/// The day of the last change.
pub(super) const UPDATED: &FieldTarget = &FIELD_TARGETS[4];

/// The field with the authors.
pub(super) const AUTHOR: &FieldTarget = &FIELD_TARGETS[5];

/// The field with the newspaper or site.
pub(super) const OUTLET: &FieldTarget = &FIELD_TARGETS[6];

/// The field with the address of the article.
pub(super) const URL: &FieldTarget = &FIELD_TARGETS[7];

/// The field that says what the record is called.
pub(super) const ID: &FieldTarget = &FIELD_TARGETS[8];

/// Every part of an article that a field can hold.
pub const FIELD_TARGETS: &[FieldTarget] = &[
    FieldTarget {
        name: "text",
        about: "the text, plain or as HTML",
        names: &[
            "text",
            "body",
            "content",
            "articlebody",
            "fulltext",
            "maintext",
            "articletext",
            "bodytext",
            "volltext",
            "inhalt",
            "artikeltext",
            "plaintext",
            "contenttext",
            "textcontent",
            "html",
            "bodyhtml",
            "contenthtml",
            "rawcontent",
            "story",
            "artikel",
            "article",
            "document",
            "dokument",
            "passage",
            "transcript",
            "message",
            "nachricht",
        ],
    },
    FieldTarget {
        name: "title",
        about: "the title",
        names: &[
            "title",
            "headline",
            "titel",
            "überschrift",
            "ueberschrift",
            "schlagzeile",
            "heading",
            "subject",
            "betreff",
        ],
    },
    FieldTarget {
        name: "standfirst",
        about: "the first paragraph, unless the text begins with it",
        names: &[
            "standfirst",
            "description",
            "summary",
            "teaser",
            "abstract",
            "lead",
            "vorspann",
            "subtitle",
            "untertitel",
            "unterzeile",
            "dek",
            "excerpt",
            "subheadline",
            "zusammenfassung",
            "beschreibung",
            "anrisstext",
            "kurztext",
        ],
    },
    FieldTarget {
        name: "published",
        about: "the day of publication",
        names: &[
            "published",
            "datepublished",
            "publishedat",
            "publicationdate",
            "publishdate",
            "publisheddate",
            "pubdate",
            "publishingdate",
            "date",
            "datum",
            "veröffentlicht",
            "veroeffentlicht",
            "veröffentlichtam",
            "erschienen",
            "erscheinungsdatum",
            "created",
            "createdat",
            "timestamp",
            "datetime",
            "time",
        ],
    },
    FieldTarget {
        name: "updated",
        about: "the day of the last change",
        names: &[
            "updated",
            "modified",
            "updatedat",
            "datemodified",
            "lastmodified",
            "modifieddate",
            "dateupdated",
            "aktualisiert",
            "geändert",
            "geaendert",
        ],
    },
    FieldTarget {
        name: "author",
        about: "the authors",
        names: &["author", "authors", "autor", "autoren", "autorin", "byline", "verfasser", "verfasserin", "creator"],
    },
    FieldTarget {
        name: "outlet",
        about: "the newspaper or site",
        names: &[
            "outlet",
            "source",
            "publisher",
            "publication",
            "newspaper",
            "medium",
            "quelle",
            "zeitung",
            "site",
            "sitename",
            "verlag",
            "domain",
        ],
    },
    FieldTarget {
        name: "url",
        about: "the address",
        names: &["url", "link", "canonicalurl", "articleurl", "sourceurl", "weburl", "permalink", "href", "adresse"],
    },
    FieldTarget {
        name: "id",
        about: "what the article is called beside the name of its file",
        names: &["id", "guid", "uid", "uuid", "docid", "documentid", "articleid", "artikelid", "nummer", "nr", "doi"],
    },
];

/// A field that the user named: `text=body`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChoice {
    /// Name of the [`FieldTarget`].
    target: &'static str,
    /// Name of the field.
    field: String,
}

impl fmt::Display for FieldChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.target, self.field)
    }
}

/// Why a choice of a field cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChoiceError(String);

impl fmt::Display for FieldChoiceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for FieldChoiceError {}

impl FromStr for FieldChoice {
    type Err = FieldChoiceError;

    fn from_str(text: &str) -> Result<Self, FieldChoiceError> {
        let known = || FIELD_TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
        let (name, field) = text
            .split_once('=')
            .filter(|(_, field)| !field.trim().is_empty())
            .ok_or_else(|| FieldChoiceError(format!("it is PART=FIELD, such as text=body; parts are {}", known())))?;
        let target = FIELD_TARGETS.iter().find(|target| target.name == name.trim());
        let target = target.ok_or_else(|| {
            FieldChoiceError(format!("an article has no part `{}`; parts are {}", name.trim(), known()))
        })?;
        Ok(Self { target: target.name, field: field.trim().to_owned() })
    }
}

/// Which fields of a record hold the parts of an article.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldNames<'options> {
    choices: &'options [FieldChoice],
}

impl<'options> FieldNames<'options> {
    pub(super) fn new(choices: &'options [FieldChoice]) -> Self {
        Self { choices }
    }

    /// The fields that the user named for `target`.
    pub(super) fn chosen(&self, target: &FieldTarget) -> Vec<&'options str> {
        let for_target = self.choices.iter().filter(|choice| choice.target == target.name);
        for_target.map(|choice| choice.field.as_str()).collect()
    }

    /// Which of `fields` may hold `target`, the likeliest first: those that the user named, or, if there is no choice, those
    /// with a usual name.
    pub(super) fn candidates(&self, target: &FieldTarget, fields: &[&str]) -> Vec<usize> {
        let chosen = self.chosen(target);
        let mut found = Vec::new();
        if chosen.is_empty() {
            let plain: Vec<String> = fields.iter().map(|field| plain_name(field)).collect();
            // A field that the user named for another part is not taken for this one.
            let is_free = |index: &usize| !self.choices.iter().any(|choice| is_same(&choice.field, fields[*index]));
            let named = |name: &&str| plain.iter().position(|field| field == *name);
            found.extend(target.names.iter().filter_map(named).filter(is_free));
        } else {
            found.extend(chosen.iter().filter_map(|name| fields.iter().position(|field| is_same(name, field))));
        }
        found
    }

    /// True if every field that the user named is the number of a column.
    pub(super) fn are_numbers(&self) -> bool {
        !self.choices.is_empty()
            && self.choices.iter().all(|choice| choice.field.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// True if `beginning` contains a field that the user named.
    pub(super) fn any_in(&self, beginning: &str) -> bool {
        self.choices.iter().any(|choice| beginning.contains(choice.field.split('.').next().unwrap_or_default()))
    }
}

/// True if one of `fields` has a usual name of the text or the standfirst.
pub(super) fn has_text_field<'field>(mut fields: impl Iterator<Item = &'field str>) -> bool {
    fields.any(|field| {
        let plain = plain_name(field);
        [TEXT, STANDFIRST].iter().any(|target| target.names.contains(&plain.as_str()))
    })
}

/// The letters and digits of a name in lower case: `Date_Published` is `datepublished`.
fn plain_name(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_same(chosen: &str, field: &str) -> bool {
    chosen == field || plain_name(chosen) == plain_name(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_its_name_and_no_usual_name_stands_for_two() {
        let named = [
            (TEXT, "text"),
            (TITLE, "title"),
            (STANDFIRST, "standfirst"),
            (PUBLISHED, "published"),
            (UPDATED, "updated"),
            (AUTHOR, "author"),
            (OUTLET, "outlet"),
            (URL, "url"),
            (ID, "id"),
        ];
        assert!(named.iter().all(|(target, name)| target.name == *name) && named.len() == FIELD_TARGETS.len());
        let mut names: Vec<&str> = FIELD_TARGETS.iter().flat_map(|target| target.names).copied().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(names.iter().all(|name| plain_name(name) == *name));
    }

    #[test]
    fn fields_are_found_by_usual_names_or_by_choice() {
        let fields = ["Nr", "Überschrift", "Body_HTML", "Text", "Date Published"];
        let usual = FieldNames::new(&[]);
        assert_eq!(usual.candidates(TEXT, &fields), [3, 2]);
        assert_eq!(usual.candidates(TITLE, &fields), [1]);
        assert_eq!(usual.candidates(PUBLISHED, &fields), [4]);
        assert_eq!(usual.candidates(AUTHOR, &fields), [0; 0]);
        let choices = ["text=body-html".parse().unwrap(), "title=text".parse().unwrap()];
        let chosen = FieldNames::new(&choices);
        assert_eq!(chosen.candidates(TEXT, &fields), [2]);
        assert_eq!(chosen.candidates(TITLE, &fields), [3]);
        assert_eq!(chosen.candidates(ID, &fields), [0]);
        assert!(chosen.any_in("x text y") && !chosen.any_in("x") && !chosen.are_numbers());
    }

    #[test]
    fn a_choice_that_cannot_be_read_names_the_parts() {
        assert_eq!(" text = body ".parse::<FieldChoice>().unwrap().to_string(), "text=body");
        for text in ["text", "text=", "=body", "inhalt=body", ""] {
            let error = text.parse::<FieldChoice>().unwrap_err().to_string();
            assert!(error.contains("text, title, standfirst, published"), "{error}");
        }
    }
}
