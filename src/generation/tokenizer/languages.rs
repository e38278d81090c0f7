//! How models of many languages are told to translate from German to English.

use super::parts::TokenizerParts;
use crate::generation::prompt::Prompt;

/// The tag of a language that only the larger mBART knows, the one of fifty languages.
pub(super) const AFRIKAANS_TAG: &str = "af_ZA";

/// Families, and their tags of German and English.
const LANGUAGE_TAGS: &[(&str, &str, &str)] =
    &[("m2m_100", "deu_Latn", "eng_Latn"), ("m2m_100", "__de__", "__en__"), ("mbart", "de_DE", "en_XX")];

/// Sets the tags of German and English in a tokenizer of `family`, if its models have them. `end_token` ends a source.
///
/// Most models read the source's tag before the text and are forced to begin the target with the other tag. The first mBART, of 25
/// languages, reads the tag after the end mark, and its decoder begins with the other tag.
pub(super) fn set_tags(parts: &mut TokenizerParts, family: &str, end_token: u32) {
    let id_of_tag = |tag| parts.codec.id_of(tag);
    let mut tags_of_family = LANGUAGE_TAGS.iter().filter(|(family_name, ..)| *family_name == family);
    let tag_ids = tags_of_family.find_map(|(_, german, english)| Some((id_of_tag(german)?, id_of_tag(english)?)));
    let Some((german_tag, english_tag)) = tag_ids else { return };
    let reads_tag_after_text = family == "mbart" && id_of_tag(AFRIKAANS_TAG).is_none();
    let special_tokens = &mut parts.special_tokens;
    if reads_tag_after_text {
        special_tokens.prompt = Prompt::new(Vec::new(), vec![end_token, german_tag]);
        special_tokens.decoder_start_token = Some(english_tag);
        special_tokens.forced_first_token = None;
    } else {
        special_tokens.prompt = Prompt::new(vec![german_tag], vec![end_token]);
        special_tokens.decoder_start_token = None;
        special_tokens.forced_first_token = Some(english_tag);
    }
}
