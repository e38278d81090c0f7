//! What a model that follows instructions is told, and what of its answer is the summary: such models greet, announce and
//! comment, and none of that is the article's.

use super::Length;
use super::wording::Wording;

/// Words of a sentence of a summary.
const SENTENCE: usize = 22;

/// The instruction that stands before a text of `words` words, which is `part` of an article or all of it.
pub(super) fn instruction(length: Length, words: usize, part: bool, wording: Wording) -> String {
    let length = match length {
        Length::Sentences(count) => Told::Sentences(count.max(1)),
        Length::Words(count) => Told::Words(count),
        Length::Share(share) => Told::Words(((f64::from(share) * words as f64) as usize).max(SENTENCE)),
    };
    match wording {
        Wording::English => in_english(length, part),
        Wording::German => in_german(length, part),
    }
}

/// How long a model is told to write.
#[derive(Clone, Copy)]
enum Told {
    Sentences(usize),
    Words(usize),
}

fn in_english(length: Told, part: bool) -> String {
    let length = match length {
        Told::Sentences(1) => "one sentence".to_owned(),
        Told::Sentences(count) => format!("at most {count} sentences"),
        Told::Words(count) => format!("at most {count} words, in whole sentences"),
    };
    let what = if part { "the following part of a longer news article" } else { "the following news article" };
    format!(
        "Summarise {what} in {length}, in plain English. Begin with what is most important. Use only what the article says, and \
         give names and numbers exactly as it does. Answer with the summary alone: no introduction, no heading, no list, no \
         comment.\n\n"
    )
}

fn in_german(length: Told, part: bool) -> String {
    let length = match length {
        Told::Sentences(1) => "einem Satz".to_owned(),
        Told::Sentences(count) => format!("höchstens {count} Sätzen"),
        Told::Words(count) => format!("höchstens {count} Wörtern, in ganzen Sätzen"),
    };
    let what =
        if part { "den folgenden Teil eines längeren Zeitungsartikels" } else { "den folgenden Zeitungsartikel" };
    format!(
        "Fasse {what} in {length} auf Deutsch zusammen. Beginne mit dem Wichtigsten. Verwende nur, was im Artikel steht, und gib \
         Namen und Zahlen genau so wieder wie er. Antworte nur mit der Zusammenfassung: keine Einleitung, keine Überschrift, keine \
         Liste, kein Kommentar.\n\n"
    )
}

/// Begins what a model says about its answer; with any of the words behind it, where there are any.
const CHATTER: &[(&str, &[&str])] = &[
    ("here is ", ABOUT_ITSELF),
    ("here's ", ABOUT_ITSELF),
    ("here are ", ABOUT_ITSELF),
    ("below is ", ABOUT_ITSELF),
    ("the following is ", ABOUT_ITSELF),
    ("this is ", &["summary of", "summarization", "summarisation"]),
    ("this summary ", &[]),
    ("the summary ", &["above", "captures", "covers", "sentences", "words"]),
    ("i have ", ABOUT_ITSELF),
    ("i've ", ABOUT_ITSELF),
    ("let me ", &["know", "summar"]),
    ("please let me know", &[]),
    ("please note", &[]),
    ("note: ", &[]),
    ("note that this", &[]),
    ("feel free ", &[]),
    ("i hope this ", &[]),
    ("if you need ", &[]),
    ("if you would like ", &[]),
    ("if you'd like ", &[]),
    ("would you like ", &[]),
    ("i'm sorry", &[]),
    ("i am sorry", &[]),
    ("i cannot ", &[]),
    ("i can't ", &[]),
    ("as an ai", &[]),
    ("as a language model", &[]),
    ("word count", &[]),
    ("(word count", &[]),
    ("hier ist ", ABOUT_ITSELF),
    ("hier sind ", ABOUT_ITSELF),
    ("im folgenden ", ABOUT_ITSELF),
    ("dies ist ", &["zusammenfassung des", "zusammenfassung der", "zusammenfassung in"]),
    ("diese zusammenfassung ", &[]),
    ("die zusammenfassung ", &["oben", "enthält", "erfasst", "umfasst", "sätze", "wörter"]),
    ("ich habe ", &["zusammengefasst", "zusammenfassung"]),
    ("lass mich wissen", &[]),
    ("lassen sie mich wissen", &[]),
    ("ich hoffe, diese ", &[]),
    ("ich hoffe, das hilft", &[]),
    ("bitte beachten sie, dass ich", &[]),
    ("hinweis: ", &[]),
    ("anmerkung: ", &[]),
    ("wenn sie weitere ", &[]),
    ("wenn du weitere ", &[]),
    ("möchten sie, dass ich", &[]),
    ("möchtest du, dass ich", &[]),
    ("es tut mir leid", &[]),
    ("ich kann ", ABOUT_ITSELF),
    ("als ki-", &[]),
    ("als sprachmodell", &[]),
    ("wortanzahl", &[]),
    ("(wortanzahl", &[]),
];

#[rustfmt::skip]
const ABOUT_ITSELF: &[&str] = &[
    "summary", "summaries", "summarized", "summarised", "sentence", "overview", "article",
    "zusammenfassung", "zusammenfassen", "zusammengefasst", "überblick",
];

/// What is said before an answer, as a sentence of its own.
#[rustfmt::skip]
const GREETINGS: &[&str] = &[
    "sure", "certainly", "of course", "okay", "ok", "absolutely", "got it", "no problem",
    "gerne", "gern", "natürlich", "selbstverständlich", "klar", "sicher",
];

/// What stands before a summary on the same line.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "summary", "tl;dr", "in summary", "answer", "short summary", "zusammenfassung", "kurzfassung", "antwort",
    "kurze zusammenfassung",
];

/// The summary in `answer`: its sentences, without what the model says about itself, and without marks of Markdown.
pub(super) fn summary_in(answer: &str, wording: Wording) -> String {
    let answer = match (answer.rfind("</think>"), answer.contains("<think>")) {
        (Some(end), _) => &answer[end + "</think>".len()..],
        (None, true) => "",
        (None, false) => answer,
    };
    let lines = answer.lines().map(plain).filter(|line| !line.is_empty());
    let mut kept = Vec::new();
    for line in lines {
        let line = without_label(&line);
        // What announces something ends in a colon; a heading has no end at all.
        if line.ends_with(':') {
            continue;
        }
        let sentences = wording.sentences(line).into_iter().map(str::trim);
        kept.extend(sentences.filter(|sentence| !is_chatter(sentence)).map(str::to_owned));
    }
    kept.join(" ")
}

/// `line` without marks of Markdown; nothing, if it is a heading.
fn plain(line: &str) -> String {
    let line = line.trim();
    if line.starts_with('#') || line.starts_with("```") || line.starts_with("---") {
        return String::new();
    }
    let item = line.trim_start_matches(['-', '*', '•', '>']).trim_start();
    let digits = item.len() - item.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    // `1. ` is a number of a list; `2024.` is not followed by a small space and a letter often enough to matter.
    let item = match item[digits..].strip_prefix(['.', ')']) {
        Some(rest) if (1..=2).contains(&digits) && rest.starts_with(' ') => rest.trim_start(),
        _ => item,
    };
    item.replace("**", "").replace("__", "").replace('`', "").trim().to_owned()
}

/// `line` from behind `Summary:`, or behind an announcement that the summary follows on the same line.
fn without_label(line: &str) -> &str {
    let Some((label, rest)) = line.split_once(':') else { return line };
    let small = label.trim().to_lowercase();
    let announces = LABELS.contains(&small.as_str())
        || is_chatter(label)
        || GREETINGS.iter().any(|greeting| {
            small.strip_prefix(greeting).is_some_and(|rest| rest.starts_with([',', '!', '.']) && is_about_itself(rest))
        });
    if announces && rest.split_whitespace().nth(1).is_some() { rest.trim() } else { line }
}

fn is_about_itself(text: &str) -> bool {
    ABOUT_ITSELF.iter().any(|word| text.contains(word))
}

fn is_chatter(sentence: &str) -> bool {
    let small = sentence.trim().to_lowercase().replace('’', "'");
    let bare = small.trim_end_matches(['!', '.', ',', ' ']);
    let greeting = |sentence: &str| {
        GREETINGS.iter().find_map(|greeting| {
            let rest = sentence.strip_prefix(greeting)?.strip_prefix([',', '!', '.'])?;
            Some(rest.trim_start().to_owned())
        })
    };
    let begins = |sentence: &str| {
        CHATTER.iter().any(|(start, words)| {
            sentence
                .strip_prefix(start)
                .is_some_and(|rest| words.is_empty() || words.iter().any(|word| rest.contains(word)))
        })
    };
    GREETINGS.contains(&bare) || begins(&small) || greeting(&small).is_some_and(|rest| begins(&rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "Ulm builds a bridge over the Danube. It costs 8 million euros.";

    #[test]
    fn the_summary_is_found_in_what_models_say_around_it() {
        for answer in [
            SUMMARY.to_owned(),
            format!("Here is a summary of the article in two sentences:\n\n{SUMMARY}"),
            format!("Here's the summary: {SUMMARY}"),
            format!("Sure! Here is a summary of the article: {SUMMARY}"),
            format!("Certainly!\n\n{SUMMARY}\n\nLet me know if you need anything else!"),
            format!("**Summary:**\n{SUMMARY}"),
            format!("Summary: {SUMMARY}"),
            format!("### Summary\n\n{SUMMARY}\n\n---\n\nThis summary captures the key points."),
            "- Ulm builds a bridge over the Danube.\n- It costs **8 million euros**.".to_owned(),
            "1. Ulm builds a bridge over the Danube.\n2. It costs 8 million euros.".to_owned(),
            format!("<think>\nThe user wants a summary. Here it is.\n</think>\n\n{SUMMARY}"),
            format!("Of course. {SUMMARY} I hope this helps. Please note that I used the article alone."),
            format!("{SUMMARY}\n(Word count: 14)"),
        ] {
            assert_eq!(summary_in(&answer, Wording::English), SUMMARY, "{answer:?}");
        }
    }

    #[test]
    fn what_is_no_summary_is_nothing() {
        for answer in [
            "",
            "<think>The user wants",
            "I'm sorry, but I cannot summarise this.",
            "As an AI, I have no opinion.",
            "Here is the summary of the article you asked for:",
            "Sure!",
        ] {
            assert_eq!(summary_in(answer, Wording::English), "", "{answer:?}");
        }
    }

    #[test]
    fn sentences_of_articles_stay() {
        for sentence in [
            "Here is where the bridge will stand, said the mayor.",
            "Of course the ferry will run until then, she said.",
            "The company said: We pay 8 million euros.",
            "This is the third bridge over the Danube.",
            "I can do this, said Weber.",
            "In 2024 the town had 120,000 people.",
            "The note says nothing.",
            "Okay is the name of the ferry.",
        ] {
            assert_eq!(summary_in(sentence, Wording::English), sentence);
        }
    }

    #[test]
    fn an_instruction_says_how_long_and_of_what() {
        let said = instruction(Length::Sentences(3), 500, false, Wording::English);
        assert!(
            said.contains("at most 3 sentences")
                && said.contains("the following news article")
                && said.ends_with("\n\n")
        );
        assert!(
            instruction(Length::Sentences(1), 500, true, Wording::English)
                .contains("part of a longer news article in one sentence")
        );
        assert!(instruction(Length::Words(60), 500, false, Wording::English).contains("at most 60 words"));
        assert!(instruction(Length::Share(0.2), 500, false, Wording::English).contains("at most 100 words"));
    }

    #[test]
    fn in_german_it_is_told_so_and_what_it_says_around_its_answer_goes() {
        let said = instruction(Length::Sentences(3), 500, false, Wording::German);
        assert!(said.contains("höchstens 3 Sätzen auf Deutsch") && said.ends_with("\n\n"));
        assert!(instruction(Length::Share(0.2), 500, true, Wording::German).contains("höchstens 100 Wörtern"));
        let summary = "Am 3. Mai beginnt in Ulm der Bau einer Brücke. Sie kostet 8 Mio. Euro.";
        for answer in [
            summary.to_owned(),
            format!("Hier ist eine Zusammenfassung des Artikels in zwei Sätzen:\n\n{summary}"),
            format!("**Zusammenfassung:** {summary}"),
            format!("Gerne! Hier ist die Zusammenfassung: {summary}\n\nIch hoffe, das hilft!"),
            format!("{summary}\n\nLassen Sie mich wissen, ob Sie mehr brauchen."),
            "1. Am 3. Mai beginnt in Ulm der Bau einer Brücke.\n2. Sie kostet 8 Mio. Euro.".to_owned(),
        ] {
            assert_eq!(summary_in(&answer, Wording::German), summary, "{answer:?}");
        }
        for sentence in
            ["Natürlich fährt die Fähre weiter.", "Hier ist die Brücke geplant.", "Als Kind fuhr sie mit der Fähre."]
        {
            assert_eq!(summary_in(sentence, Wording::German), sentence);
        }
        assert_eq!(summary_in("Es tut mir leid, ich kann diesen Artikel nicht zusammenfassen.", Wording::German), "");
    }
}
