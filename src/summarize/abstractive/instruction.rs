//! What a model that follows instructions is told to do with a text.

use super::language::SummaryLanguage;
use crate::summarize::length::Length;

/// Words in a sentence of a summary.
const WORDS_PER_SENTENCE: usize = 22;

/// The instruction that precedes a text. `article_words` is the number of words in the article; `is_part` is true if the text
/// is only a part of it.
pub(super) fn instruction(length: Length, article_words: usize, is_part: bool, language: SummaryLanguage) -> String {
    let told_length = match length {
        Length::Sentences(count) => ToldLength::Sentences(count.max(1)),
        Length::Words(count) => ToldLength::Words(count),
        Length::Share(share) => {
            ToldLength::Words(((f64::from(share) * article_words as f64) as usize).max(WORDS_PER_SENTENCE))
        }
    };
    match language {
        SummaryLanguage::English => english_instruction(told_length, is_part),
        SummaryLanguage::German => german_instruction(told_length, is_part),
    }
}

/// The length of a summary that the model is told.
#[derive(Clone, Copy)]
enum ToldLength {
    Sentences(usize),
    Words(usize),
}

fn english_instruction(told_length: ToldLength, is_part: bool) -> String {
    let length = match told_length {
        ToldLength::Sentences(1) => "one sentence".to_owned(),
        ToldLength::Sentences(count) => format!("at most {count} sentences"),
        ToldLength::Words(count) => format!("at most {count} words, in whole sentences"),
    };
    let what = if is_part { "the following part of a longer news article" } else { "the following news article" };
    format!(
        "Summarise {what} in {length}, in plain English. Begin with what is most important. Use only what the article says, and \
         give names and numbers exactly as it does. Answer with the summary alone: no introduction, no heading, no list, no \
         comment.\n\n"
    )
}

fn german_instruction(told_length: ToldLength, is_part: bool) -> String {
    let length = match told_length {
        ToldLength::Sentences(1) => "einem Satz".to_owned(),
        ToldLength::Sentences(count) => format!("höchstens {count} Sätzen"),
        ToldLength::Words(count) => format!("höchstens {count} Wörtern, in ganzen Sätzen"),
    };
    let what =
        if is_part { "den folgenden Teil eines längeren Zeitungsartikels" } else { "den folgenden Zeitungsartikel" };
    format!(
        "Fasse {what} in {length} auf Deutsch zusammen. Beginne mit dem Wichtigsten. Verwende nur, was im Artikel steht, und gib \
         Namen und Zahlen genau so wieder wie er. Antworte nur mit der Zusammenfassung: keine Einleitung, keine Überschrift, keine \
         Liste, kein Kommentar.\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_says_how_long_and_of_what() {
        let said = instruction(Length::Sentences(3), 500, false, SummaryLanguage::English);
        assert!(
            said.contains("at most 3 sentences")
                && said.contains("the following news article")
                && said.ends_with("\n\n")
        );
        assert!(
            instruction(Length::Sentences(1), 500, true, SummaryLanguage::English)
                .contains("part of a longer news article in one sentence")
        );
        assert!(instruction(Length::Words(60), 500, false, SummaryLanguage::English).contains("at most 60 words"));
        assert!(instruction(Length::Share(0.2), 500, false, SummaryLanguage::English).contains("at most 100 words"));
    }

    #[test]
    fn in_german_it_is_told_in_german() {
        let said = instruction(Length::Sentences(3), 500, false, SummaryLanguage::German);
        assert!(said.contains("höchstens 3 Sätzen auf Deutsch") && said.ends_with("\n\n"));
        assert!(instruction(Length::Share(0.2), 500, true, SummaryLanguage::German).contains("höchstens 100 Wörtern"));
    }
}
