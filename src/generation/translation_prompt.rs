//! A German sentence → the message that asks a model that follows instructions for its translation.
//!
//! Prompts are data: the manifest of a model has its own, and for models that the catalogue does not know there is one for each family
//! ([`FORMS`]). They say what the models were trained on; sources stand beside them. A sentence is never told from an instruction by
//! its words: it stands where the text to translate stands, and nothing in it can end the message.

use std::borrow::Cow;

use super::request::Request;
use crate::catalog::PromptForm;

/// How models of a family are asked, unless their manifest says it.
struct FamilyForm {
    families: &'static [&'static str],
    form: PromptForm,
}

/// The form of each family that follows instructions.
const FORMS: &[FamilyForm] = &[
    // The cards of NiuTrans/LMT-60; Qwen3 itself and Mistral were trained on no fixed form.
    FamilyForm {
        families: &["qwen2", "qwen3", "mistral"],
        form: only("Translate the following text from German into English:\nGerman: {text}\nEnglish:"),
    },
    // The card of utter-project/EuroLLM-1.7B-Instruct.
    FamilyForm {
        families: &["llama"],
        form: only("Translate the following German source text to English:\nGerman: {text} \nEnglish: "),
    },
    // The README of Tencent-Hunyuan/Hy-MT2, section "Instruction Examples".
    FamilyForm {
        families: &["hunyuan_v1_dense"],
        form: PromptForm {
            message: Cow::Borrowed(
                "Translate the following text into English. Note that you should only output the translated result without any \
                 additional explanation:\n\n{text}",
            ),
            term: Some(Cow::Borrowed("{german} translates to {english}")),
            message_with_terms: Some(Cow::Borrowed(
                "Reference the following translations:\n{terms}\n\nTranslate the following text into English. Note that you must \
                 ONLY output the translated result without any additional explanation:\n\n{text}",
            )),
            message_with_context: Some(Cow::Borrowed(
                "[Background Information]\n{context}\n\nPlease translate the following text into English, taking the provided \
                 background information into consideration.\n\n[Source Text]\n{text}",
            )),
            message_with_both: None,
            stop: Vec::new(),
            // Greedy search without a penalty was seen to loop.
            repetition_penalty: Some(1.05),
        },
    },
    // The page of translategemma in Ollama's library; Gemma 3 itself was trained on no fixed form.
    FamilyForm {
        families: &["gemma3", "gemma3_text"],
        form: only(
            "You are a professional German (de) to English (en) translator. Your goal is to accurately convey the meaning and \
             nuances of the original German text while adhering to English grammar, vocabulary, and cultural sensitivities.\n\
             Produce only the English translation, without any additional explanations or commentary. Please translate the \
             following German text into English:\n\n\n{text}",
        ),
    },
];

/// The prompt of a sentence alone.
const TEXT_ALONE: &PromptForm = &only("{text}");

/// The form of a model that can be told nothing about a sentence.
const fn only(message: &'static str) -> PromptForm {
    PromptForm {
        message: Cow::Borrowed(message),
        term: None,
        message_with_terms: None,
        message_with_context: None,
        message_with_both: None,
        stop: Vec::new(),
        repetition_penalty: None,
    }
}

/// How one model is asked for translations.
pub(super) struct TranslationPrompt {
    form: PromptForm,
}

impl TranslationPrompt {
    /// How a model of `family` is asked whose manifest has the form `own`. If its chat template asks for translations itself, a message
    /// is the sentence alone.
    pub(super) fn new(family: &str, own: Option<&PromptForm>, template_asks: bool) -> Self {
        let of_family = || FORMS.iter().find(|known| known.families.contains(&family)).map(|known| &known.form);
        let form = if template_asks { None } else { own.or_else(of_family) };
        Self { form: form.unwrap_or(TEXT_ALONE).clone() }
    }

    /// Whether the model can be told the sentences before a text.
    pub(super) fn takes_context(&self) -> bool {
        self.form.message_with_context.is_some()
    }

    /// Whether the model can be told terms.
    pub(super) fn takes_terms(&self) -> bool {
        self.form.message_with_terms.is_some()
    }

    /// Texts that end an answer.
    pub(super) fn stops(&self) -> impl Iterator<Item = &str> {
        self.form.stop.iter().map(AsRef::as_ref)
    }

    /// The penalty of repetition for a model without decoding settings.
    pub(super) fn repetition_penalty(&self) -> Option<f32> {
        self.form.repetition_penalty
    }

    /// Everything that decides what is asked, on one line, for the provenance.
    pub(super) fn described(&self) -> String {
        let PromptForm {
            message,
            term,
            message_with_terms,
            message_with_context,
            message_with_both,
            stop,
            repetition_penalty: _,
        } = &self.form;
        let optional = [term, message_with_terms, message_with_context, message_with_both];
        let texts: Vec<&str> = std::iter::once(&**message)
            .chain(optional.into_iter().flatten().map(AsRef::as_ref))
            .chain(stop.iter().map(AsRef::as_ref))
            .collect();
        texts.join(" | ").replace('\n', "\\n")
    }

    /// The message for `request`. Terms are told before background where the model was not trained on both.
    pub(super) fn message(&self, request: &Request<'_>) -> String {
        let form = &self.form;
        let lines = |parts: Vec<String>| parts.join("\n");
        let terms = || {
            let line = |[german, english]: &[Cow<'_, str>; 2]| {
                let term = form.term.as_deref().unwrap_or_default();
                filled(term, &[("{german}", german.as_ref()), ("{english}", english.as_ref())])
            };
            lines(request.terms.iter().map(line).collect())
        };
        let context = || request.context.join(" ");
        let with = |message: &Option<Cow<'static, str>>, is_told: bool| message.clone().filter(|_| is_told);
        let (has_terms, has_context) = (!request.terms.is_empty(), !request.context.is_empty());
        let message = with(&form.message_with_both, has_terms && has_context)
            .or_else(|| with(&form.message_with_terms, has_terms))
            .or_else(|| with(&form.message_with_context, has_context))
            .unwrap_or_else(|| form.message.clone());
        filled(&message, &[("{terms}", &terms()), ("{context}", &context()), ("{text}", &request.text)])
    }
}

/// `form` with its placeholders replaced, each once. What is put in is not looked at again.
fn filled(form: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(form.len());
    let mut rest = form;
    loop {
        let next = values.iter().filter_map(|(name, value)| Some((rest.find(name)?, *name, *value))).min();
        let Some((at, name, value)) = next else { return text + rest };
        text.push_str(&rest[..at]);
        text.push_str(value);
        rest = &rest[at + name.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'a>(text: &'a str, terms: &[(&'a str, &'a str)], context: &[&'a str]) -> Request<'a> {
        Request {
            text: text.into(),
            terms: terms.iter().map(|(german, english)| [(*german).into(), (*english).into()]).collect(),
            context: context.iter().map(|sentence| (*sentence).into()).collect(),
        }
    }

    #[test]
    fn every_form_is_sound() {
        for FamilyForm { families, form } in FORMS {
            assert_eq!(form.mistake(), None, "{families:?}");
            assert!(families.iter().all(|name| crate::neural::FAMILIES.iter().any(|family| family.name == *name)));
        }
    }

    #[test]
    fn a_model_is_asked_in_the_form_it_was_trained_on() {
        let prompt = TranslationPrompt::new("hunyuan_v1_dense", None, false);
        let plain = prompt.message(&request("Er kam.", &[], &[]));
        assert!(plain.starts_with("Translate the following text into English.") && plain.ends_with(":\n\nEr kam."));
        let terms = [("Landrat", "district administrator"), ("Kreistag", "county council")];
        let with_terms = prompt.message(&request("Er kam.", &terms, &["Der Landrat sprach."]));
        assert!(with_terms.contains(
            "translations:\nLandrat translates to district administrator\nKreistag translates to county council\n\nTranslate"
        ));
        let with_context = prompt.message(&request("Er kam.", &[], &["Der Landrat sprach.", "Es regnete."]));
        assert!(with_context.starts_with("[Background Information]\nDer Landrat sprach. Es regnete.\n\nPlease"));
        assert!(with_context.ends_with("[Source Text]\nEr kam."));
        assert!(prompt.takes_terms() && prompt.takes_context());
    }

    #[test]
    fn what_a_model_was_not_trained_on_is_not_said() {
        let prompt = TranslationPrompt::new("qwen3", None, false);
        let message = prompt.message(&request("Er kam.", &[("Landrat", "mayor")], &["Der Landrat sprach."]));
        assert_eq!(message, "Translate the following text from German into English:\nGerman: Er kam.\nEnglish:");
        assert!(!prompt.takes_terms() && !prompt.takes_context());
    }

    #[test]
    fn a_template_that_asks_and_a_manifest_come_before_the_family() {
        let own = only("EN <- {text}");
        let message = |own, asks| TranslationPrompt::new("qwen3", own, asks).message(&request("Er kam.", &[], &[]));
        assert_eq!(message(Some(&own), false), "EN <- Er kam.");
        assert_eq!(message(Some(&own), true), "Er kam.");
    }

    #[test]
    fn what_stands_in_an_article_is_never_filled_in() {
        let prompt = TranslationPrompt::new("hunyuan_v1_dense", None, false);
        let message = prompt.message(&request("Das Feld {text} und {terms}.", &[], &["Hier steht {text}."]));
        assert!(message.contains("\nHier steht {text}.\n") && message.ends_with("\nDas Feld {text} und {terms}."));
    }
}
