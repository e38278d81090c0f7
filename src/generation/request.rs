//! A text for a model, with what the model is told about it, as one string.
//!
//! The rest of the program passes texts to a generator, and the translation memory finds what they became by them. So what a model is
//! told about a text has to be part of it: with other terms or another background it becomes something else. A text about which
//! nothing is told is itself.

use std::borrow::Cow;

/// Opens a request that is more than a text, and stands before the text.
const MARK: char = '\u{1E}';
/// Stands between the parts of what is told.
const SEPARATOR: char = '\u{1F}';
/// What sentences of the background begin with; all else are pairs of terms.
const BACKGROUND: char = '\u{1D}';

/// A text, and what is told about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// The text that the model is to translate or summarise.
    pub text: Cow<'a, str>,
    /// Terms in the text, German and English.
    pub terms: Vec<[Cow<'a, str>; 2]>,
    /// The sentences before the text, in order.
    pub context: Vec<Cow<'a, str>>,
}

impl<'a> Request<'a> {
    /// The request to a model as one string.
    pub fn to_text(&self) -> String {
        if self.terms.is_empty() && self.context.is_empty() && !self.text.starts_with(MARK) {
            return self.text.clone().into_owned();
        }
        // White space in place of what would end a part early.
        let clean = |part: &str| part.replace([MARK, SEPARATOR, BACKGROUND], " ");
        let mut written = String::from(MARK);
        for pair in &self.terms {
            pair.iter().for_each(|part| written.extend([clean(part).as_str(), "\u{1F}"]));
        }
        for sentence in &self.context {
            written.push(BACKGROUND);
            written.extend([clean(sentence).as_str(), "\u{1F}"]);
        }
        written.push(MARK);
        written + &self.text
    }

    /// The request that `written` is.
    pub fn from_text(written: &'a str) -> Self {
        let told_and_text = written.strip_prefix(MARK).and_then(|rest| rest.split_once(MARK));
        let Some((told, text)) = told_and_text else {
            return Self { text: Cow::Borrowed(written), ..Self::default() };
        };
        let mut request = Self { text: Cow::Borrowed(text), ..Self::default() };
        let mut parts = told.split_terminator(SEPARATOR);
        while let Some(part) = parts.next() {
            match part.strip_prefix(BACKGROUND) {
                Some(sentence) => request.context.push(Cow::Borrowed(sentence)),
                None => request.terms.push([Cow::Borrowed(part), Cow::Borrowed(parts.next().unwrap_or_default())]),
            }
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_alone_is_itself() {
        let request = Request { text: "Er kam.".into(), ..Request::default() };
        assert_eq!(request.to_text(), "Er kam.");
        let told = Request { context: vec!["Der Rat tagte.".into()], ..request.clone() };
        assert_ne!(told.to_text(), request.to_text());
    }

    proptest! {
        #[test]
        fn a_request_comes_back_and_no_text_is_lost(
            text in "\\PC{0,12}[\u{1d}-\u{1f}]?\\PC{0,12}",
            terms in prop::collection::vec(("\\PC{1,8}", "\\PC{0,8}"), 0..3),
            context in prop::collection::vec("\\PC{0,12}", 0..3),
        ) {
            let request = Request {
                text: Cow::Owned(text),
                terms: terms.into_iter().map(|(german, english)| [Cow::Owned(german), Cow::Owned(english)]).collect(),
                context: context.into_iter().map(Cow::Owned).collect(),
            };
            let written = request.to_text();
            prop_assert_eq!(Request::from_text(&written), request);
        }

        #[test]
        fn any_string_is_a_request(written in "[\u{1d}-\u{1f}a]{0,12}") {
            let request = Request::from_text(&written);
            prop_assert!(written.ends_with(&*request.text));
        }
    }
}
