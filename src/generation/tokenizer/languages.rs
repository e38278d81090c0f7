//! How models of many languages are told to translate from German to English.

use super::parts::TokenizerParts;
use crate::generation::prompt::Prompt;

/// A language that only the larger mBART knows, the one of fifty languages.
pub(super) const OF_FIFTY: &str = "af_ZA";

/// Families, and their tags of German and English.
const TAGS: &[(&str, &str, &str)] =
    &[("m2m_100", "deu_Latn", "eng_Latn"), ("m2m_100", "__de__", "__en__"), ("mbart", "de_DE", "en_XX")];

/// Sets the tags of German and English in a tokenizer of `family`, if its models have them. `end` ends a source.
///
/// Most models read the source's tag before the text and are forced to begin the target with the other tag. The first mBART, of 25
/// languages, reads the tag after the end mark, and its decoder begins with the other tag.
pub(super) fn set_tags(parts: &mut TokenizerParts, family: &str, end: u32) {
    let id_of = |tag| parts.codec.id_of(tag);
    let mut tags = TAGS.iter().filter(|(name, ..)| *name == family);
    let Some((german, english)) = tags.find_map(|(_, from, to)| Some((id_of(from)?, id_of(to)?))) else { return };
    let is_after = family == "mbart" && id_of(OF_FIFTY).is_none();
    let special = &mut parts.special;
    if is_after {
        special.prompt = Prompt::new(Vec::new(), vec![end, german]);
        special.decoder_start = Some(english);
        special.forced_first = None;
    } else {
        special.prompt = Prompt::new(vec![german], vec![end]);
        special.decoder_start = None;
        special.forced_first = Some(english);
    }
}
