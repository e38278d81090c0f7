//! How a model that follows instructions is asked for a translation: texts that a manifest or a family gives.

use std::borrow::Cow;

use serde::Deserialize;

/// The texts of a request. `{text}` stands for the German sentence, `{terms}` for the terms that are required in it, one a line, and
/// `{context}` for the sentences before it. Forms that a model was not trained on are left out: what they would say is then not said.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptForm {
    /// The message, with `{text}`.
    pub message: Cow<'static, str>,
    /// A line of `{terms}`, with `{german}` and `{english}`.
    #[serde(default)]
    pub term: Option<Cow<'static, str>>,
    /// The message that requires terms, with `{terms}` and `{text}`.
    #[serde(default)]
    pub message_with_terms: Option<Cow<'static, str>>,
    /// The message that gives background, with `{context}` and `{text}`.
    #[serde(default)]
    pub message_with_context: Option<Cow<'static, str>>,
    /// The message of a prompt that shows terms and the sentences before.
    #[serde(default)]
    pub message_with_both: Option<Cow<'static, str>>,
    /// Texts at which the answer ends, in addition to the model's own end marks. A text that is one token ends the search.
    #[serde(default)]
    pub stop: Vec<Cow<'static, str>>,
    /// The penalty of repetition, where the model has no decoding settings of its own.
    #[serde(default)]
    pub repetition_penalty: Option<f32>,
}

impl PromptForm {
    /// What is wrong with the form: a message that lacks one of its parts.
    pub fn mistake(&self) -> Option<String> {
        let lacks = |name: &str, text: &str, parts: &[&str]| {
            let missing = parts.iter().find(|part| text.matches(**part).count() != 1)?;
            Some(format!("{name} must have {missing} once"))
        };
        let optional =
            |name: &str, text: &Option<Cow<'static, str>>, parts: &[&str]| lacks(name, text.as_deref()?, parts);
        let needs_term = (self.message_with_terms.is_some() || self.message_with_both.is_some()) && self.term.is_none();
        lacks("message", &self.message, &["{text}"])
            .or_else(|| optional("term", &self.term, &["{german}", "{english}"]))
            .or_else(|| optional("message_with_terms", &self.message_with_terms, &["{terms}", "{text}"]))
            .or_else(|| optional("message_with_context", &self.message_with_context, &["{context}", "{text}"]))
            .or_else(|| optional("message_with_both", &self.message_with_both, &["{terms}", "{context}", "{text}"]))
            .or_else(|| needs_term.then(|| "a message with terms needs a term".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_without_its_parts_is_a_mistake() {
        let good = PromptForm {
            message: "English: {text}".into(),
            term: Some("{german} = {english}".into()),
            message_with_terms: Some("{terms} {text}".into()),
            ..PromptForm::default()
        };
        assert_eq!(good.mistake(), None);
        for (bad, named) in [
            (PromptForm { message: "nothing".into(), ..good.clone() }, "message"),
            (PromptForm { message: "{text}{text}".into(), ..good.clone() }, "message"),
            (PromptForm { term: Some("{german}".into()), ..good.clone() }, "{english}"),
            (PromptForm { term: None, ..good.clone() }, "needs a term"),
            (PromptForm { message_with_terms: Some("{text}".into()), ..good.clone() }, "{terms}"),
            (PromptForm { message_with_context: Some("{text}".into()), ..good.clone() }, "{context}"),
            (PromptForm { message_with_both: Some("{text}{context}".into()), ..good.clone() }, "{terms}"),
        ] {
            assert!(bad.mistake().is_some_and(|mistake| mistake.contains(named)), "{named}");
        }
    }
}
