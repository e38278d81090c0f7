//! What a model that follows instructions answers → the summary in it. Such models greet, announce and comment, and none of that
//! belongs to the article.

use super::language::SummaryLanguage;

/// How sentences begin in which a model talks about its answer. Where words are listed, one of them must follow.
const CHATTER_AROUND_SUMMARY: &[(&str, &[&str])] = &[
    ("here is ", WORDS_ABOUT_SUMMARY),
    ("here's ", WORDS_ABOUT_SUMMARY),
    ("here are ", WORDS_ABOUT_SUMMARY),
    ("below is ", WORDS_ABOUT_SUMMARY),
    ("the following is ", WORDS_ABOUT_SUMMARY),
    ("this is ", &["summary of", "summarization", "summarisation"]),
    ("this summary ", &[]),
    ("the summary ", &["above", "captures", "covers", "sentences", "words"]),
    ("i have ", WORDS_ABOUT_SUMMARY),
    ("i've ", WORDS_ABOUT_SUMMARY),
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
    ("hier ist ", WORDS_ABOUT_SUMMARY),
    ("hier sind ", WORDS_ABOUT_SUMMARY),
    ("im folgenden ", WORDS_ABOUT_SUMMARY),
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
    ("ich kann ", WORDS_ABOUT_SUMMARY),
    ("als ki-", &[]),
    ("als sprachmodell", &[]),
    ("wortanzahl", &[]),
    ("(wortanzahl", &[]),
];

/// Words that occur where a model talks about its answer.
#[rustfmt::skip]
const WORDS_ABOUT_SUMMARY: &[&str] = &[
    "summary", "summaries", "summarized", "summarised", "sentence", "overview", "article",
    "zusammenfassung", "zusammenfassen", "zusammengefasst", "überblick",
];

/// What a model says before its answer, as a sentence of its own.
#[rustfmt::skip]
const GREETINGS_BEFORE_SUMMARY: &[&str] = &[
    "sure", "certainly", "of course", "okay", "ok", "absolutely", "got it", "no problem",
    "gerne", "gern", "natürlich", "selbstverständlich", "klar", "sicher",
];

/// Labels before a summary on the same line.
#[rustfmt::skip]
const SUMMARY_LABELS: &[&str] = &[
    "summary", "tl;dr", "in summary", "answer", "short summary", "zusammenfassung", "kurzfassung", "antwort",
    "kurze zusammenfassung",
];

/// The summary in `answer`: its sentences, without what the model says about itself and without Markdown.
pub(super) fn summary_in(answer: &str, language: SummaryLanguage) -> String {
    let after_thinking = match (answer.rfind("</think>"), answer.contains("<think>")) {
        (Some(end), _) => &answer[end + "</think>".len()..],
        (None, true) => "",
        (None, false) => answer,
    };
    let lines = after_thinking.lines().map(without_markdown).filter(|line| !line.is_empty());
    let mut summary_sentences: Vec<String> = Vec::new();
    for line in lines {
        let summary_text = without_label(&line);
        // An announcement of the summary.
        if summary_text.ends_with(':') {
            continue;
        }
        let sentences = language.sentences(summary_text).into_iter().map(str::trim);
        summary_sentences.extend(sentences.filter(|sentence| !is_chatter_around_summary(sentence)).map(str::to_owned));
    }
    summary_sentences.join(" ")
}

/// `line` of a model's answer without Markdown; empty if it is a heading, a fence or a rule.
fn without_markdown(line: &str) -> String {
    let trimmed_line = line.trim();
    if trimmed_line.starts_with('#') || trimmed_line.starts_with("```") || trimmed_line.starts_with("---") {
        return String::new();
    }
    let list_item = trimmed_line.trim_start_matches(['-', '*', '•', '>']).trim_start();
    let digits = list_item.len() - list_item.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    // `1. ` numbers an item of a list; `2024.` has too many digits for that.
    let item_text = match list_item[digits..].strip_prefix(['.', ')']) {
        Some(after_number) if (1..=2).contains(&digits) && after_number.starts_with(' ') => after_number.trim_start(),
        _ => list_item,
    };
    item_text.replace("**", "").replace("__", "").replace('`', "").trim().to_owned()
}

/// `line` of a model's answer after `Summary:`, or after an announcement that the summary follows on the same line.
fn without_label(line: &str) -> &str {
    let Some((label, after_label)) = line.split_once(':') else { return line };
    let lower_label = label.trim().to_lowercase();
    let announces_summary_after_greeting = |greeting: &&str| {
        let after_greeting = lower_label.strip_prefix(greeting);
        after_greeting.is_some_and(|after| after.starts_with([',', '!', '.']) && is_about_summary(after))
    };
    let announces_summary = SUMMARY_LABELS.contains(&lower_label.as_str())
        || is_chatter_around_summary(label)
        || GREETINGS_BEFORE_SUMMARY.iter().any(announces_summary_after_greeting);
    if announces_summary && after_label.split_whitespace().nth(1).is_some() { after_label.trim() } else { line }
}

/// True if `text`, in lower case, speaks of a summary.
fn is_about_summary(text: &str) -> bool {
    WORDS_ABOUT_SUMMARY.iter().any(|word| text.contains(word))
}

fn begins_as_chatter_around_summary(lower_sentence: &str) -> bool {
    CHATTER_AROUND_SUMMARY.iter().any(|(beginning, words)| {
        let after_beginning = lower_sentence.strip_prefix(beginning);
        after_beginning.is_some_and(|after| words.is_empty() || words.iter().any(|word| after.contains(word)))
    })
}

/// True if the model says `sentence` about itself or to the reader.
fn is_chatter_around_summary(sentence: &str) -> bool {
    let lower_sentence = sentence.trim().to_lowercase().replace('’', "'");
    let bare_sentence = lower_sentence.trim_end_matches(['!', '.', ',', ' ']);
    let after_greeting = GREETINGS_BEFORE_SUMMARY.iter().find_map(|greeting| {
        let after_mark = lower_sentence.strip_prefix(greeting)?.strip_prefix([',', '!', '.'])?;
        Some(after_mark.trim_start())
    });
    GREETINGS_BEFORE_SUMMARY.contains(&bare_sentence)
        || begins_as_chatter_around_summary(&lower_sentence)
        || after_greeting.is_some_and(begins_as_chatter_around_summary)
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
            assert_eq!(summary_in(&answer, SummaryLanguage::English), SUMMARY, "{answer:?}");
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
            assert_eq!(summary_in(answer, SummaryLanguage::English), "", "{answer:?}");
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
            assert_eq!(summary_in(sentence, SummaryLanguage::English), sentence);
        }
    }

    #[test]
    fn what_a_model_says_around_its_answer_goes_in_german_too() {
        let summary = "Am 3. Mai beginnt in Ulm der Bau einer Brücke. Sie kostet 8 Mio. Euro.";
        for answer in [
            summary.to_owned(),
            format!("Hier ist eine Zusammenfassung des Artikels in zwei Sätzen:\n\n{summary}"),
            format!("**Zusammenfassung:** {summary}"),
            format!("Gerne! Hier ist die Zusammenfassung: {summary}\n\nIch hoffe, das hilft!"),
            format!("{summary}\n\nLassen Sie mich wissen, ob Sie mehr brauchen."),
            "1. Am 3. Mai beginnt in Ulm der Bau einer Brücke.\n2. Sie kostet 8 Mio. Euro.".to_owned(),
        ] {
            assert_eq!(summary_in(&answer, SummaryLanguage::German), summary, "{answer:?}");
        }
        for sentence in
            ["Natürlich fährt die Fähre weiter.", "Hier ist die Brücke geplant.", "Als Kind fuhr sie mit der Fähre."]
        {
            assert_eq!(summary_in(sentence, SummaryLanguage::German), sentence);
        }
        assert_eq!(
            summary_in("Es tut mir leid, ich kann diesen Artikel nicht zusammenfassen.", SummaryLanguage::German),
            ""
        );
    }
}
