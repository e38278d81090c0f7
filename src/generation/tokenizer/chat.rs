//! The chat template of a model that follows instructions → the frame around a message.
//!
//! Templates are Jinja, as Hugging Face's tools and llama.cpp read them. The message itself never passes through the template, so
//! nothing in an article can end the message or begin another.

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind, context};

use super::error::TokenizerError;

/// The file of the template; also its name in messages.
pub(super) const TEMPLATE: &str = "chat_template.jinja";

/// The text around a user's message, up to where the answer begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) before: String,
    pub(super) after: String,
}

/// Stands for the message while the template is rendered. No template has this character.
const MESSAGE: &str = "\u{F8FF}";

/// Steps a template may take. Qwen's takes a few hundred.
const FUEL: u64 = 1_000_000;

impl Frame {
    /// The frame that `template` puts around one message. Thinking is turned off if the template has a switch for it.
    ///
    /// # Errors
    /// [`TokenizerError::Unusable`] if the template cannot be rendered or does not hold the message once.
    pub(super) fn from_template(template: &str) -> Result<Self, TokenizerError> {
        let unusable = |reason: String| TokenizerError::Unusable { file: TEMPLATE, reason };
        let mut environment = Environment::new();
        // The settings of transformers.
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.set_fuel(Some(FUEL));
        environment.add_function("raise_exception", |reason: String| -> Result<Value, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, reason))
        });
        // Templates ask for the date, on which a summary must not depend.
        environment.add_function("strftime_now", |_: String, _: Kwargs| String::new());
        let messages = context! { role => "user", content => MESSAGE };
        let rendered = environment.render_str(
            template,
            context! {
                messages => vec![messages],
                add_generation_prompt => true,
                enable_thinking => false,
                bos_token => "",
                eos_token => "",
            },
        );
        let rendered = rendered.map_err(|error| unusable(error.to_string()))?;
        match rendered.split(MESSAGE).collect::<Vec<_>>().as_slice() {
            [before, after] if !after.is_empty() => {
                Ok(Self { before: (*before).to_owned(), after: (*after).to_owned() })
            }
            _ => Err(unusable("it does not hold the message exactly once".into())),
        }
    }
}

/// The template in tokenizer_config.json: its text, or the one called "default" of several.
pub(super) fn template_in_configuration(bytes: &[u8]) -> Option<String> {
    let configuration: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let template = configuration.get("chat_template")?;
    let named = || template.as_array()?.iter().find(|entry| entry.get("name").is_some_and(|name| name == "default"));
    let text = template.as_str().or_else(|| named()?.get("template")?.as_str());
    text.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_what_the_template_puts_around_a_message() {
        let simple = "{% for message in messages %}<|{{ message['role'] }}|>{{ message.content | trim }}<|end|>{% endfor %}\
                      {% if add_generation_prompt %}<|assistant|>{% if not enable_thinking %}<think></think>{% endif %}{% endif %}";
        let frame = Frame::from_template(simple).unwrap();
        assert_eq!((frame.before.as_str(), frame.after.as_str()), ("<|user|>", "<|end|><|assistant|><think></think>"));
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
            let error = Frame::from_template(template).unwrap_err().to_string();
            assert!(error.contains(TEMPLATE), "{error}");
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
