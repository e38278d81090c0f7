//! Draft of a flattened news page → draft of the news on it: what the page says about itself is set aside.
//!
//! The rules are data, in [`RULES`]; this file knows only the shapes that a rule can have. A false alarm takes news away
//! and a miss only adds a line, so every shape is narrow: whole paragraphs, openings of short ones, the site's own voice
//! (what stands in quotation marks is somebody's words), brackets with nothing but known words in them.
//!
//! Promises: each passage that goes is kept in [`Draft::left_out`] with the name of its rule; verbatim text is never
//! touched; a draft that would lose all its text is left as it is; time is linear.

mod rules;

use std::borrow::Cow;

pub use rules::RULES;

use crate::document::{Draft, LeftOut, ParagraphKind, Section};

/// A kind of passage that is no news.
#[derive(Debug)]
pub struct Rule {
    /// Name of the rule, as the list of what was left out shows it.
    pub name: &'static str,
    /// One line for the reader.
    pub about: &'static str,
    /// What it looks like: one match is enough.
    shapes: &'static [Shape],
    /// Passages that the rule must set aside.
    #[cfg(test)]
    goes: &'static [&'static str],
    /// Passages that no rule may touch.
    #[cfg(test)]
    stays: &'static [&'static str],
}

/// What a passage looks like. Phrases are in lower case.
#[derive(Debug)]
enum Shape {
    /// The whole paragraph is one of these phrases, but for punctuation and numbers around it.
    Whole(&'static [&'static str]),
    /// The paragraph is no longer than so many characters and begins with one of these phrases.
    Opening(usize, &'static [&'static str]),
    /// The paragraph is no longer than so many characters, begins so, and does not end as a sentence does.
    Label(usize, &'static [&'static str]),
    /// One of these phrases stands in the paragraph, outside quotation marks.
    Voice(&'static [&'static str]),
    /// The paragraph is made of these words only: at least two of them, and at least one of the first list.
    Words(&'static [&'static str], &'static [&'static str]),
    /// A heading that is one of these phrases, before a paragraph that the same rule sets aside or at the very end. Where
    /// such a paragraph follows, so does everything to the end, if it is less than what came before.
    Section(&'static [&'static str]),
    /// A heading that is one of these phrases, and the list or the run of headlines under it.
    Teasers(&'static [&'static str]),
    /// A bracket, or a whole paragraph, with these words only, at least one of them of the first list and one of the
    /// second.
    Bracket(&'static [&'static str], &'static [&'static str], &'static [&'static str]),
    /// A bracket that begins with one of these phrases.
    BracketOpening(&'static [&'static str]),
    /// A bracket of these words, dates and times at the end of a paragraph, after the place at its beginning, or alone.
    Credit(&'static [&'static str]),
}

/// Paragraphs longer than this are not looked at as a whole: no notice is.
const LONGEST_NOTICE: usize = 2_500;

/// The longest bracket that is looked at, in bytes.
const LONGEST_BRACKET: usize = 120;

/// `draft` with everything that a rule catches moved to what was left out, in the order of the text.
pub(super) fn set_aside(draft: Draft) -> Draft {
    let caught = catch(&draft.sections);
    let survives = draft.sections.iter().zip(&caught).any(|(section, rule)| rule.is_none() && is_text(section));
    let mut sifted = Draft { title: draft.title.clone(), published: draft.published, ..Draft::default() };
    if let Some(rule) = draft.title.as_deref().and_then(|title| paragraph_rule(title, ParagraphKind::Heading)) {
        let text = sifted.title.take().unwrap_or_default();
        sifted.left_out.push(LeftOut { text, rule: rule.name });
    }
    for (section, rule) in draft.sections.iter().zip(&caught) {
        match rule.filter(|_| survives) {
            Some(rule) => sifted.left_out.push(LeftOut { text: one_line(&section.text), rule: rule.name }),
            None => {
                let text = match section.kind {
                    ParagraphKind::Verbatim => section.text.clone(),
                    _ => without_brackets(&section.text, &mut sifted.left_out),
                };
                if !text.trim().is_empty() {
                    sifted.sections.push(Section { kind: section.kind, text });
                }
            }
        }
    }
    if !sifted.sections.iter().any(is_text) {
        return draft;
    }
    // A notice took the place of the title, so the headline is the heading under it.
    if sifted.title.is_none() && draft.title.is_some() && sifted.sections[0].kind == ParagraphKind::Heading {
        sifted.title = Some(sifted.sections.remove(0).text);
    }
    sifted.left_out.extend(draft.left_out);
    sifted
}

fn is_text(section: &Section) -> bool {
    section.kind != ParagraphKind::Heading && !section.text.trim().is_empty()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rule that each section falls under, as a whole.
fn catch(sections: &[Section]) -> Vec<Option<&'static Rule>> {
    let mut caught: Vec<Option<&'static Rule>> =
        sections.iter().map(|section| paragraph_rule(&section.text, section.kind)).collect();
    for rule in RULES {
        for shape in rule.shapes {
            match shape {
                Shape::Section(headings) => catch_section(sections, &mut caught, (rule, headings)),
                Shape::Teasers(headings) => catch_teasers(sections, &mut caught, (rule, headings)),
                _ => {}
            }
        }
    }
    caught
}

type Headed = (&'static Rule, &'static [&'static str]);

fn catch_section(sections: &[Section], caught: &mut [Option<&'static Rule>], (rule, headings): Headed) {
    let is_heading = |section: &Section| is_label(section) && is_whole(&section.text, headings);
    for index in (0..sections.len()).filter(|index| is_heading(&sections[*index])) {
        let confirmed = caught.get(index + 1).is_some_and(|next| next.is_some_and(|it| it.name == rule.name));
        let last = caught[index + 1..].iter().all(Option::is_some);
        if confirmed || last {
            caught[index] = Some(rule);
        }
        let length = |sections: &[Section]| sections.iter().map(|section| section.text.len()).sum::<usize>();
        if confirmed && length(&sections[index..]) < length(&sections[..index]) {
            caught[index..].iter_mut().for_each(|section| *section = section.or(Some(rule)));
            break;
        }
    }
}

fn catch_teasers(sections: &[Section], caught: &mut [Option<&'static Rule>], (rule, headings): Headed) {
    for index in 0..sections.len() {
        if !is_label(&sections[index]) || !is_whole(&sections[index].text, headings) {
            continue;
        }
        caught[index] = Some(rule);
        let rest = &sections[index + 1..];
        let listed = rest.iter().take_while(|section| section.kind == ParagraphKind::ListItem).count();
        let headlines = rest.iter().take_while(|section| is_label(section)).count();
        // Headlines that lead to more text cannot be told from its subhead; at the end there is no doubt.
        let run = if headlines == rest.len() { headlines } else { listed };
        caught[index + 1..=index + run].iter_mut().for_each(|section| *section = section.or(Some(rule)));
    }
}

/// A short paragraph that does not end as a sentence does.
fn is_label(section: &Section) -> bool {
    let text = section.text.trim();
    section.kind != ParagraphKind::Verbatim && text.len() <= 160 && !text.ends_with(['.', '!'])
}

/// The rule that catches `text` as a whole paragraph, if one does.
fn paragraph_rule(text: &str, kind: ParagraphKind) -> Option<&'static Rule> {
    if kind == ParagraphKind::Verbatim || text.len() > LONGEST_NOTICE {
        return None;
    }
    let lower = one_line(text).to_lowercase();
    RULES.iter().find(|rule| rule.shapes.iter().any(|shape| shape.catches(&lower)))
}

impl Shape {
    /// Whether `text`, a paragraph in lower case, is such a passage.
    fn catches(&self, text: &str) -> bool {
        let short = |longest: &usize| text.chars().nth(*longest).is_none();
        match self {
            Self::Whole(phrases) => is_whole(text, phrases),
            Self::Opening(longest, phrases) => short(longest) && phrases.iter().any(|phrase| opens(text, phrase)),
            Self::Label(longest, phrases) => {
                short(longest)
                    && !text.ends_with(['.', '!', '?', '“', '"', ':'])
                    && phrases.iter().any(|it| opens(text, it))
            }
            Self::Voice(phrases) => {
                let text = unquoted(text);
                phrases.iter().any(|phrase| holds(&text, phrase))
            }
            Self::Words(needed, others) => {
                let words: Vec<_> = words(text).collect();
                words.len() > 1
                    && words.iter().any(|word| needed.contains(word))
                    && words.iter().all(|word| needed.contains(word) || others.contains(word))
            }
            Self::Bracket(..) => self.matches_bracket(text.trim_matches(['(', ')', '[', ']', ' ', '.'])),
            Self::BracketOpening(_) | Self::Credit(_) => {
                let inner =
                    text.strip_prefix(['(', '[']).and_then(|text| text.trim_end_matches('.').strip_suffix([')', ']']));
                inner.is_some_and(|inner| !inner.contains(['(', ')']) && self.matches_bracket(inner))
            }
            Self::Section(_) | Self::Teasers(_) => false,
        }
    }

    /// Whether a bracket around `inner`, in lower case, is such a passage.
    fn matches_bracket(&self, inner: &str) -> bool {
        match self {
            Self::Bracket(pointers, targets, others) => {
                let words: Vec<_> =
                    inner.split_whitespace().map(|word| word.trim_matches([',', ':', ';', '.'])).collect();
                let any = |known: &[&str]| words.iter().any(|word| known.contains(word));
                let known = |word: &&str| [pointers, targets, others].iter().any(|known| known.contains(word));
                any(pointers) && any(targets) && words.iter().all(known)
            }
            Self::BracketOpening(phrases) => phrases.iter().any(|phrase| opens(inner, phrase)),
            Self::Credit(names) => {
                let mut named = false;
                let fits =
                    inner.split([' ', ',', '/', '-', '–', '+', '&']).filter(|word| !word.is_empty()).all(|word| {
                        let name = names.contains(&word);
                        named |= name;
                        name || word.chars().all(|character| character.is_ascii_digit() || ".:".contains(character))
                            || word == "uhr"
                    });
                named && fits
            }
            _ => false,
        }
    }
}

/// Whether `text` is one of `phrases`, but for case and for punctuation, numbers and spaces around it.
fn is_whole(text: &str, phrases: &[&str]) -> bool {
    let core = text.trim_matches(|character: char| !character.is_alphabetic());
    core.len() <= LONGEST_BRACKET && phrases.contains(&core.to_lowercase().as_str())
}

/// Whether `text` begins with `phrase` as a word of its own.
fn opens(text: &str, phrase: &str) -> bool {
    let text = text.trim_start_matches(|character: char| !character.is_alphanumeric() && !"„»\"(©".contains(character));
    text.strip_prefix(phrase).is_some_and(|rest| ends_word(phrase, rest))
}

/// Whether `phrase` stands in `text` between word boundaries.
fn holds(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase)
        .any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric) && ends_word(phrase, &text[at + phrase.len()..]))
}

fn ends_word(phrase: &str, rest: &str) -> bool {
    !phrase.ends_with(char::is_alphabetic) || !rest.starts_with(char::is_alphanumeric)
}

/// The words of `text`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '-').filter(|word| !word.is_empty())
}

/// `text` without what stands in German or angle quotation marks; a mark that is never closed quotes nothing.
fn unquoted(text: &str) -> Cow<'_, str> {
    if !text.contains(['„', '»', '"']) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['„', '»', '"']) {
        let mark = rest[open..].chars().next().unwrap_or_default();
        let inside = open + mark.len_utf8();
        let close: &[char] = match mark {
            '„' => &['“', '”', '"'],
            '»' => &['«'],
            _ => &['"'],
        };
        let Some(length) = rest[inside..].find(close) else { break };
        kept.push_str(&rest[..open]);
        kept.push('„');
        rest = &rest[inside + length..];
        rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// `text` without the brackets that a rule catches, which are added to `left_out`; the space before a bracket goes with
/// it.
fn without_brackets(text: &str, left_out: &mut Vec<LeftOut>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut copied = 0;
    let mut from = 0;
    while let Some(found) = text[from..].find(['(', '[']) {
        let open = from + found;
        from = open + 1;
        let reach = &text.as_bytes()[from..text.len().min(open + LONGEST_BRACKET)];
        let Some(length) = reach.iter().position(|byte| b"()[]".contains(byte)) else { continue };
        let close = from + length;
        if text[close..].starts_with(['(', '[']) {
            continue;
        }
        let inner = one_line(&text[from..close]).to_lowercase();
        let place = Place { before: &text[..open], after: &text[close + 1..] };
        let rule = RULES.iter().find(|rule| {
            rule.shapes.iter().any(|shape| {
                shape.matches_bracket(&inner) && (!matches!(shape, Shape::Credit(_)) || place.is_for_credits())
            })
        });
        if let Some(rule) = rule {
            left_out.push(LeftOut { text: one_line(&text[open..=close]), rule: rule.name });
            kept.push_str(text[copied..open].trim_end());
            copied = close + 1;
            from = copied;
        }
    }
    if copied == 0 {
        return text.to_owned();
    }
    kept.push_str(&text[copied..]);
    kept
}

/// What stands around a bracket.
struct Place<'text> {
    before: &'text str,
    after: &'text str,
}

impl Place<'_> {
    /// At the end of a paragraph after a full sentence, or between the place and the dash that a report begins with. In
    /// the middle of a sentence a bracket with an agency's name explains the name: `die Deutsche Presse-Agentur (dpa)`.
    fn is_for_credits(&self) -> bool {
        let ended = self.before.trim_end().ends_with(['.', '!', '?', '“', '«', '"', ')']);
        let at_end = self.after.trim_matches([' ', '.', '\n']).is_empty();
        let short = self.before.len() <= 40 && !self.before.trim().is_empty();
        let dash = self.after.trim_start().starts_with(['-', '–', '—']);
        ended && at_end || short && dash && self.before.split_whitespace().count() <= 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem, Verbatim};

    const NEWS: &str = "Der Gemeinderat hat am Montag beschlossen, die alte Halle am Fluss zu kaufen und dort im nächsten Jahr \
                        eine Bücherei einzurichten.";

    fn draft(sections: &[(ParagraphKind, &str)]) -> Draft {
        let section = |(kind, text): &(ParagraphKind, &str)| Section { kind: *kind, text: (*text).to_owned() };
        Draft { title: None, sections: sections.iter().map(section).collect(), left_out: Vec::new(), published: None }
    }

    fn sifted(sections: &[(ParagraphKind, &str)]) -> (Vec<String>, Vec<(String, &'static str)>) {
        let sifted = set_aside(draft(sections));
        (
            sifted.sections.into_iter().map(|section| section.text).collect(),
            sifted.left_out.into_iter().map(|left_out| (left_out.text, left_out.rule)).collect(),
        )
    }

    #[test]
    fn every_rule_has_a_name_of_its_own_and_examples_both_ways() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(rule.goes.len() >= 3 && rule.stays.len() >= 3, "{}", rule.name);
            assert!(!rule.about.is_empty());
            assert!(RULES[..index].iter().all(|other| other.name != rule.name), "{}", rule.name);
        }
    }

    #[test]
    fn what_must_go_goes_by_its_rule() {
        for rule in RULES {
            for passage in rule.goes {
                let (kept, left_out) = sifted(&[(Body, NEWS), (Body, passage)]);
                assert!(left_out.iter().any(|(_, name)| *name == rule.name), "{}: {passage} → {left_out:?}", rule.name);
                assert!(left_out.iter().all(|(_, name)| *name == rule.name), "{}: {passage} → {left_out:?}", rule.name);
                assert!(kept.len() == 1 || kept[1].len() < passage.len(), "{}: {passage}", rule.name);
            }
        }
    }

    #[test]
    fn what_must_stay_stays() {
        for rule in RULES {
            for passage in rule.stays {
                for kind in [Body, Heading, ListItem] {
                    let (kept, left_out) = sifted(&[(Body, NEWS), (kind, passage), (Body, NEWS)]);
                    assert_eq!((kept.len(), left_out.len()), (3, 0), "{}: {passage} → {left_out:?}", rule.name);
                    assert_eq!(kept[1], *passage);
                }
            }
        }
    }

    #[test]
    fn phrases_are_in_lower_case() {
        for shape in RULES.iter().flat_map(|rule| rule.shapes) {
            let lists: &[&[&str]] = match shape {
                Shape::Whole(phrases)
                | Shape::Opening(_, phrases)
                | Shape::Label(_, phrases)
                | Shape::Voice(phrases)
                | Shape::Section(phrases)
                | Shape::Teasers(phrases)
                | Shape::BracketOpening(phrases)
                | Shape::Credit(phrases) => &[phrases],
                Shape::Words(needed, others) => &[needed, others],
                Shape::Bracket(pointers, targets, others) => &[pointers, targets, others],
            };
            for phrase in lists.iter().copied().flatten() {
                assert_eq!(*phrase, phrase.to_lowercase());
            }
        }
    }

    #[test]
    fn the_comment_section_of_a_flattened_page_goes_to_the_end() {
        let policy = "Bitte beachten Sie unsere Netiquette. Beiträge werden vor der Veröffentlichung geprüft.";
        let (kept, left_out) = sifted(&[
            (Body, NEWS),
            (Body, NEWS),
            (Body, NEWS),
            (Heading, "Kommentare (2)"),
            (Body, policy),
            (Body, "Hannes: Endlich passiert etwas!"),
            (Body, "Vor 3 Stunden"),
        ]);
        assert_eq!(kept.len(), 3);
        assert_eq!(left_out.len(), 4);
        assert!(left_out.iter().all(|(_, rule)| *rule == "comments"));
    }

    #[test]
    fn a_comment_box_before_the_text_does_not_take_the_text_along() {
        let policy = "Bitte beachten Sie unsere Netiquette.";
        let (kept, left_out) =
            sifted(&[(Body, NEWS), (Heading, "Kommentare"), (Body, policy), (Body, NEWS), (Body, NEWS)]);
        assert_eq!((kept.len(), left_out.len()), (3, 2));
    }

    #[test]
    fn a_heading_about_comments_with_news_under_it_stays() {
        let (kept, left_out) = sifted(&[(Body, NEWS), (Heading, "Kommentare"), (Body, NEWS)]);
        assert_eq!((kept.len(), left_out.len()), (3, 0));
    }

    #[test]
    fn teasers_go_with_their_heading_and_the_next_subhead_does_not() {
        let (kept, left_out) = sifted(&[
            (Body, NEWS),
            (Heading, "Mehr zum Thema"),
            (ListItem, "Halle verkauft"),
            (Heading, "Der Preis"),
            (Body, NEWS),
        ]);
        assert_eq!((kept.len(), left_out.len()), (3, 2));
        let (kept, left_out) =
            sifted(&[(Body, NEWS), (Heading, "Mehr zum Thema:"), (Body, "Halle verkauft"), (Body, "Das Dach")]);
        assert_eq!((kept.len(), left_out.len()), (1, 3));
    }

    #[test]
    fn a_bracket_goes_and_its_sentence_stays() {
        for (text, kept) in [
            ("Er kam nach Kiel (siehe Video oben). Dann ging er.", "Er kam nach Kiel. Dann ging er."),
            ("Die Zahl stieg (s. Grafik) auf 3,5 Prozent.", "Die Zahl stieg auf 3,5 Prozent."),
            ("Das Haus [Bild unten] steht leer.", "Das Haus steht leer."),
            ("Das Haus (im Bild) steht (im Mai) leer.", "Das Haus (im Bild) steht (im Mai) leer."),
            ("KIEL (dpa/lno) – Das Haus steht leer.", "KIEL – Das Haus steht leer."),
            ("Das Haus steht leer. (APA/red, 13.2.2015)", "Das Haus steht leer."),
            ("Das Haus (Foto: Eva Muster) steht leer.", "Das Haus steht leer."),
            (
                "Das Haus (siehe das Gutachten von 2019) steht leer.",
                "Das Haus (siehe das Gutachten von 2019) steht leer.",
            ),
            ("Offene Klammer (siehe Video oben", "Offene Klammer (siehe Video oben"),
        ] {
            let (found, left_out) = sifted(&[(Body, text)]);
            assert_eq!(found, [kept]);
            assert_eq!(left_out.len(), usize::from(text != kept), "{text}");
        }
    }

    #[test]
    fn an_article_that_would_lose_all_its_text_is_left_alone() {
        let cookies = "Wir verwenden Cookies, um Ihnen den besten Service zu bieten.";
        for sections in [&[(Body, cookies)][..], &[(Heading, "Datenschutz"), (Body, cookies)]] {
            let (kept, left_out) = sifted(sections);
            assert_eq!((kept.len(), left_out.len()), (sections.len(), 0));
        }
    }

    #[test]
    fn a_notice_is_no_title() {
        let mut draft = draft(&[(Heading, "Halle gekauft"), (Body, NEWS)]);
        draft.title = Some("Anzeige".into());
        let sifted = set_aside(draft);
        assert_eq!(sifted.title.as_deref(), Some("Halle gekauft"));
        assert_eq!((sifted.sections.len(), sifted.left_out.len()), (1, 1));
    }

    #[test]
    fn code_is_never_touched() {
        let (kept, left_out) = sifted(&[(Body, NEWS), (Verbatim, "Anzeige"), (Verbatim, "f(siehe Video)")]);
        assert_eq!((kept.len(), left_out.len()), (3, 0));
    }

    #[test]
    fn what_is_quoted_is_somebodys_words() {
        for (text, unquoted_text) in [
            ("er sagte: „wir verwenden cookies“, und ging", "er sagte: „, und ging"),
            ("er sagte: »so« und \"so\".", "er sagte: „ und „."),
            ("5\" breit", "5\" breit"),
            ("„nie zu ende", "„nie zu ende"),
        ] {
            assert_eq!(unquoted(text), unquoted_text);
        }
    }

    #[test]
    fn a_million_brackets_are_read() {
        let (kept, _) = sifted(&[(Body, &"(".repeat(1_000_000)), (Body, &"(siehe Video) ".repeat(50_000))]);
        assert_eq!(kept.len(), 1);
    }
}
