//! The chat template of a model that follows instructions → the frame around a message.
//!
//! Templates are Jinja, as Hugging Face's tools and llama.cpp read them. The message itself never passes through the template, so
//! nothing in an article can end the message or begin another.

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind, context};

use super::error::TokenizerError;

/// The file of the chat template; also its name in errors.
pub(super) const TEMPLATE_FILE: &str = "chat_template.jinja";

/// The text around a user's message, up to where the answer begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChatFrame {
    pub(super) before_message: String,
    pub(super) after_message: String,
    /// Whether the chat template itself asks for a translation from German to English.
    pub(super) asks_for_translation: bool,
    /// Whether the chat template takes white space around the message away.
    pub(super) trims_message: bool,
}

/// The marks of the beginning and the end of a text, which chat templates may write. Empty if there are none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TextMarks<'a> {
    pub(super) beginning: &'a str,
    pub(super) end: &'a str,
}

/// Stands for the message while the chat template is rendered. No template has this character, or writes tabs around messages.
const MESSAGE_PLACEHOLDER: &str = "\u{F8FF}";
const SPACED_PLACEHOLDER: &str = "\t\u{F8FF}\t";

/// Steps that a chat template may take. Qwen's takes a few hundred.
const TEMPLATE_FUEL: u64 = 1_000_000;

impl ChatFrame {
    /// The frame that `template` puts around one message. Thinking is turned off if the template has a switch for it.
    ///
    /// # Errors
    /// [`TokenizerError::Unusable`] if the template cannot be rendered or does not hold the message once.
    pub(super) fn from_template(template: &str, marks: TextMarks<'_>) -> Result<Self, TokenizerError> {
        // Templates of translators (TranslateGemma) take the languages with the text, and refuse a message without them.
        let text_part =
            context! { type => "text", source_lang_code => "de", target_lang_code => "en", text => SPACED_PLACEHOLDER };
        match Self::rendered(template, marks, SPACED_PLACEHOLDER.into()) {
            Err(error) if template.contains("source_lang_code") => {
                let frame = Self::rendered(template, marks, vec![text_part].into());
                frame.map(|frame| Self { asks_for_translation: true, ..frame }).map_err(|_| error)
            }
            frame => frame,
        }
    }

    /// The frame around a message with this content.
    fn rendered(template: &str, marks: TextMarks<'_>, content: Value) -> Result<Self, TokenizerError> {
        let unusable = |reason: String| TokenizerError::Unusable { file: TEMPLATE_FILE, reason };
        let mut environment = Environment::new();
        // The settings of transformers.
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.set_fuel(Some(TEMPLATE_FUEL));
        environment.add_function("raise_exception", |reason: String| -> Result<Value, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, reason))
        });
        // Templates ask for the date, on which a summary must not depend.
        environment.add_function("strftime_now", |_: String, _: Kwargs| String::new());
        let user_message = context! { role => "user", content => content };
        let rendered = environment.render_str(
            template,
            context! {
                messages => vec![user_message],
                add_generation_prompt => true,
                enable_thinking => false,
                bos_token => marks.beginning,
                eos_token => marks.end,
            },
        );
        let rendered = rendered.map_err(|error| unusable(error.to_string()))?;
        let trims_message = !rendered.contains(SPACED_PLACEHOLDER);
        let placeholder = if trims_message { MESSAGE_PLACEHOLDER } else { SPACED_PLACEHOLDER };
        match rendered.split(placeholder).collect::<Vec<_>>().as_slice() {
            [before_message, after_message] if !after_message.is_empty() => Ok(Self {
                before_message: (*before_message).to_owned(),
                after_message: (*after_message).to_owned(),
                asks_for_translation: false,
                trims_message,
            }),
            _ => Err(unusable("it does not hold the message exactly once".into())),
        }
    }
}

/// The text of the special token `name` in tokenizer_config.json, such as `bos_token`.
pub(super) fn mark_in_configuration(tokenizer_config: &[u8], name: &str) -> Option<String> {
    let tokenizer_config: serde_json::Value = serde_json::from_slice(tokenizer_config).ok()?;
    let mark = tokenizer_config.get(name)?;
    mark.as_str().or_else(|| mark.get("content")?.as_str()).map(str::to_owned)
}

/// The chat template in tokenizer_config.json: its text, or the one called "default" of several.
pub(super) fn template_in_configuration(tokenizer_config: &[u8]) -> Option<String> {
    let tokenizer_config: serde_json::Value = serde_json::from_slice(tokenizer_config).ok()?;
    let chat_template = tokenizer_config.get("chat_template")?;
    let is_default = |template: &&serde_json::Value| template.get("name").is_some_and(|name| name == "default");
    let default_template = || chat_template.as_array()?.iter().find(is_default);
    let template_text = chat_template.as_str().or_else(|| default_template()?.get("template")?.as_str());
    template_text.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_what_the_template_puts_around_a_message() {
        let simple = "{% for message in messages %}<|{{ message['role'] }}|>{{ message.content | trim }}<|end|>{% endfor %}\
                      {% if add_generation_prompt %}<|assistant|>{% if not enable_thinking %}<think></think>{% endif %}{% endif %}";
        let frame = ChatFrame::from_template(simple, TextMarks::default()).unwrap();
        assert_eq!(
            (frame.before_message.as_str(), frame.after_message.as_str()),
            ("<|user|>", "<|end|><|assistant|><think></think>")
        );
    }

    #[test]
    fn marks_are_written_where_the_template_wants_them() {
        let template = "{{ bos_token }}[INST] {{ messages[0]['content'] }} [/INST]{{ eos_token }}";
        let frame = ChatFrame::from_template(template, TextMarks { beginning: "<s>", end: "</s>" }).unwrap();
        assert_eq!((frame.before_message.as_str(), frame.after_message.as_str()), ("<s>[INST] ", " [/INST]</s>"));
        assert!(!frame.asks_for_translation && !frame.trims_message);
        let trimming = "[INST] {{ messages[0]['content'] | trim }} [/INST]";
        let frame = ChatFrame::from_template(trimming, TextMarks::default()).unwrap();
        assert_eq!((frame.before_message.as_str(), frame.after_message.as_str()), ("[INST] ", " [/INST]"));
        assert!(frame.trims_message);
        let found = |json: &str| mark_in_configuration(json.as_bytes(), "bos_token");
        assert_eq!(found(r#"{"bos_token": "<s>"}"#).as_deref(), Some("<s>"));
        assert_eq!(found(r#"{"bos_token": {"content": "<s>", "lstrip": false}}"#).as_deref(), Some("<s>"));
        assert_eq!(found(r#"{"bos_token": null}"#), None);
    }

    #[test]
    fn a_template_of_a_translator_gets_the_languages() {
        let template = "{% set part = messages[0]['content'][0] %}{% if part is not mapping %}{{ raise_exception('no parts') }}{% endif %}\
                        {{ bos_token }}From {{ part['source_lang_code'] }} to {{ part['target_lang_code'] }}:\n\n\n\
                        {{ part['text'] | trim }}<end>";
        let frame = ChatFrame::from_template(template, TextMarks { beginning: "<bos>", end: "" }).unwrap();
        assert!(frame.asks_for_translation);
        assert_eq!(
            (frame.before_message.as_str(), frame.after_message.as_str()),
            ("<bos>From de to en:\n\n\n", "<end>")
        );
    }

    #[test]
    fn templates_that_cannot_be_used_are_errors() {
        for template in [
            "",
            "no message",
            "{{ messages[0].content }}{{ messages[0].content }} twice",
            "{{ messages[0].content }}",
            "{% if %}",
            "{{ raise_exception('only for pictures') }}",
            "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
        ] {
            let error = ChatFrame::from_template(template, TextMarks::default()).unwrap_err().to_string();
            assert!(error.contains(TEMPLATE_FILE), "{error}");
        }
    }

    #[test]
    fn a_template_is_found_in_either_form_of_the_configuration() {
        let found = |json: serde_json::Value| template_in_configuration(json.to_string().as_bytes());
        assert_eq!(found(serde_json::json!({"chat_template": "a"})).as_deref(), Some("a"));
        let several = serde_json::json!({"chat_template": [{"name": "tools", "template": "b"}, {"name": "default", "template": "a"}]});
        assert_eq!(found(several).as_deref(), Some("a"));
        assert_eq!(found(serde_json::json!({})), None);
        assert_eq!(template_in_configuration(b"{"), None);
    }
}
