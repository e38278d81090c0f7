//! ArticleDraft of a news page → draft of its article: what the page says about itself is set aside.
//!
//! The rules are data, in [`RULES`]. `rule.rs` knows the shapes that a rule can name, this file which sections and
//! brackets of a draft they take.
//!
//! Promises: each passage that goes is kept in [`ArticleDraft::left_out`] with the name of its rule; verbatim text is never
//! touched; a draft that would lose all its text is left as it is; time is linear in the length of the text.

mod rule;
mod rules;

pub use rule::Rule;
pub use rules::RULES;

use rule::{MAX_BRACKET_BYTES, Shape, is_phrase};

use super::characters::one_line;
use crate::document::{ArticleDraft, LeftOut, ParagraphKind, Section};

/// Rule of captions, which readers set aside. Those that are nothing but a credit get the rule of credits.
pub(super) const CAPTION: &str = "caption";

/// The longest paragraph that can be a notice, in bytes.
const MAX_NOTICE_BYTES: usize = 2_500;

/// The longest label in bytes: a heading, or a line that reads like one.
const MAX_LABEL_BYTES: usize = 160;

/// The draft with everything that a rule takes moved to what was left out, in the order of the text.
pub(super) fn set_aside(mut draft: ArticleDraft) -> ArticleDraft {
    let rules = rules_of_sections(&draft.sections);
    let has_text_left = draft.sections.iter().zip(&rules).any(|(section, rule)| rule.is_none() && is_text(section));
    let mut left_out = Vec::new();
    let title_rule = draft.title.as_deref().and_then(title_rule);
    if let (Some(rule), Some(title)) = (title_rule, &draft.title) {
        left_out.push(LeftOut { text: title.clone(), rule: rule.name.to_owned() });
    }
    let mut sections = Vec::new();
    for (section, rule) in draft.sections.iter().zip(&rules) {
        if let Some(rule) = rule.filter(|_| has_text_left) {
            left_out.push(LeftOut { text: one_line(&section.text), rule: rule.name.to_owned() });
            continue;
        }
        let text = match section.kind {
            ParagraphKind::Verbatim => section.text.clone(),
            _ => without_brackets(&section.text, &mut left_out),
        };
        if !text.trim().is_empty() {
            sections.push(Section { kind: section.kind, text });
        }
    }
    if !sections.iter().any(is_text) {
        return draft;
    }
    if title_rule.is_some() {
        // A notice stood in the place of the title, so the headline is the heading under it.
        let is_heading = sections[0].kind == ParagraphKind::Heading;
        draft.title = is_heading.then(|| sections.remove(0).text);
    }
    for passage in draft.left_out.iter_mut().filter(|passage| passage.rule == CAPTION) {
        if let Some(rule) = rule_by(&passage.text, |shape| !matches!(shape, Shape::Credited(..))) {
            passage.rule = rule.name.to_owned();
        }
    }
    left_out.append(&mut draft.left_out);
    ArticleDraft { sections, left_out, ..draft }
}

fn is_text(section: &Section) -> bool {
    section.kind != ParagraphKind::Heading && !section.text.trim().is_empty()
}

/// The rule that takes each section as a whole, if one does.
fn rules_of_sections(sections: &[Section]) -> Vec<Option<&'static Rule>> {
    let mut rules: Vec<Option<&'static Rule>> =
        sections.iter().map(|section| paragraph_rule(&section.text, section.kind)).collect();
    for rule in RULES {
        for shape in rule.shapes {
            match shape {
                Shape::SectionHeading(headings) => take_section(sections, &mut rules, rule, headings),
                Shape::TeaserHeading(headings) => take_teasers(sections, &mut rules, rule, headings),
                _ => {}
            }
        }
    }
    rules
}

/// Gives `rule` the headings that are one of `headings` and are followed by a notice of the same rule or by nothing else
/// that stays, and everything after a notice if it is less than what came before.
fn take_section(sections: &[Section], rules: &mut [Option<&'static Rule>], rule: &'static Rule, headings: &[&str]) {
    let total_bytes: usize = sections.iter().map(|section| section.text.len()).sum();
    let mut bytes_read = 0;
    for (index, section) in sections.iter().enumerate() {
        let bytes_before = bytes_read;
        bytes_read += section.text.len();
        if !is_label(section) || !is_phrase(&section.text, headings) {
            continue;
        }
        let is_confirmed = rules.get(index + 1).is_some_and(|next| next.is_some_and(|it| it.name == rule.name));
        let is_last = rules[index + 1..].iter().all(Option::is_some);
        if is_confirmed || is_last {
            rules[index] = Some(rule);
        }
        if is_confirmed && total_bytes - bytes_before < bytes_before {
            rules[index..].iter_mut().for_each(|taken| *taken = taken.or(Some(rule)));
            break;
        }
    }
}

/// Gives `rule` the headings that are one of `headings`, and the teasers under them: the list that follows, or the
/// headlines to the end.
fn take_teasers(sections: &[Section], rules: &mut [Option<&'static Rule>], rule: &'static Rule, headings: &[&str]) {
    // Elsewhere the last of several headlines may be the subhead of the text that follows.
    let headlines_at_end = sections.iter().rev().take_while(|section| is_label(section)).count();
    let mut end = 0;
    for (index, section) in sections.iter().enumerate() {
        if !is_label(section) || !is_phrase(&section.text, headings) {
            continue;
        }
        rules[index] = Some(rule);
        let start = end.max(index + 1);
        let is_item = |section: &&Section| section.kind == ParagraphKind::ListItem;
        end = if index + 1 + headlines_at_end >= sections.len() {
            sections.len()
        } else {
            start + sections[start..].iter().take_while(is_item).count()
        };
        rules[start..end].iter_mut().for_each(|taken| *taken = taken.or(Some(rule)));
    }
}

/// True for a short paragraph that does not end as a sentence does.
fn is_label(section: &Section) -> bool {
    let text = section.text.trim();
    section.kind != ParagraphKind::Verbatim && text.len() <= MAX_LABEL_BYTES && !text.ends_with(['.', '!'])
}

/// The rule that takes `text` as a whole paragraph, if one does.
fn paragraph_rule(text: &str, kind: ParagraphKind) -> Option<&'static Rule> {
    if kind == ParagraphKind::Verbatim { None } else { rule_by(text, |_| true) }
}

/// The rule that takes `text` as a whole paragraph by one of its shapes for which `counts` is true.
fn rule_by(text: &str, counts: impl Fn(&Shape) -> bool) -> Option<&'static Rule> {
    if text.len() > MAX_NOTICE_BYTES {
        return None;
    }
    let original = one_line(text);
    let lower = original.to_lowercase();
    let matches = |shape: &Shape| counts(shape) && shape.matches_paragraph(&lower, &original);
    RULES.iter().find(|rule| rule.shapes.iter().any(matches))
}

/// The rule that takes `title`, if one does. Headlines look like openings and labels, so these take none.
fn title_rule(title: &str) -> Option<&'static Rule> {
    let lower = one_line(title).to_lowercase();
    let is_whole = |shape: &&Shape| {
        let is_opening = matches!(shape, Shape::Opening(..) | Shape::Label(..) | Shape::Headline(..));
        let is_ending = matches!(shape, Shape::Closing(..) | Shape::Credited(..));
        !is_opening && !is_ending && !matches!(shape, Shape::OpeningWith(..) | Shape::Voice(..) | Shape::Names(..))
    };
    RULES.iter().find(|rule| rule.shapes.iter().filter(is_whole).any(|shape| shape.matches_paragraph(&lower, title)))
}

/// `text` without the brackets that a rule takes, which are added to `left_out`. The space before a bracket goes too.
fn without_brackets(text: &str, left_out: &mut Vec<LeftOut>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut copied = 0;
    let mut from = 0;
    while let Some(found) = text[from..].find(['(', '[']) {
        let open = from + found;
        from = open + 1;
        let searched = &text.as_bytes()[from..text.len().min(open + MAX_BRACKET_BYTES)];
        let Some(length) = searched.iter().position(|byte| b"()[]".contains(byte)) else { continue };
        let close = from + length;
        if text[close..].starts_with(['(', '[']) {
            continue;
        }
        let bracket = Bracket { before: &text[..open], inside: &text[from..close], after: &text[close + 1..] };
        if let Some(rule) = bracket.rule() {
            left_out.push(LeftOut { text: one_line(&text[open..=close]), rule: rule.name.to_owned() });
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

/// A bracket in a paragraph, and what stands around it.
struct Bracket<'text> {
    before: &'text str,
    inside: &'text str,
    after: &'text str,
}

impl Bracket<'_> {
    /// The rule that takes the bracket, if one does.
    fn rule(&self) -> Option<&'static Rule> {
        let inside = one_line(self.inside).to_lowercase();
        let matches = |shape: &Shape| {
            shape.matches_bracket(&inside) && (!matches!(shape, Shape::Credit(_)) || self.may_hold_credits())
        };
        RULES.iter().find(|rule| rule.shapes.iter().any(matches))
    }

    /// True at the end of a paragraph after a full sentence, and between the place and the dash that a report begins
    /// with. Within a sentence, a bracket with the name of an agency explains it: `die Deutsche Presse-Agentur (dpa)`.
    fn may_hold_credits(&self) -> bool {
        let sentence_ended = self.before.trim_end().ends_with(['.', '!', '?', '“', '«', '"', ')']);
        let is_at_end = self.after.trim_matches([' ', '.', '\n']).is_empty();
        let follows_place = self.before.len() <= 40 && (1..=4).contains(&self.before.split_whitespace().count());
        let precedes_dash = self.after.trim_start().starts_with(['-', '–', '—']);
        sentence_ended && is_at_end || follows_place && precedes_dash
    }
}

#[cfg(test)]
mod tests {
    use super::rule::Shape;
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem, Verbatim};

    const NEWS: &str = "Der Gemeinderat hat am Montag beschlossen, die alte Halle am Fluss zu kaufen und dort im nächsten Jahr \
                        eine Bücherei einzurichten.";

    fn draft(sections: &[(ParagraphKind, &str)]) -> ArticleDraft {
        let section = |(kind, text): &(ParagraphKind, &str)| Section { kind: *kind, text: (*text).to_owned() };
        ArticleDraft { sections: sections.iter().map(section).collect(), ..ArticleDraft::default() }
    }

    fn sifted(sections: &[(ParagraphKind, &str)]) -> (Vec<String>, Vec<(String, &'static str)>) {
        let sifted = set_aside(draft(sections));
        let name = |rule: &str| RULES.iter().find(|known| known.name == rule).unwrap().name;
        (
            sifted.sections.into_iter().map(|section| section.text).collect(),
            sifted.left_out.into_iter().map(|left_out| (left_out.text, name(&left_out.rule))).collect(),
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
                | Shape::Names(_, phrases)
                | Shape::Ending(_, phrases)
                | Shape::Closing(_, phrases)
                | Shape::Headline(_, phrases)
                | Shape::Voice(phrases)
                | Shape::SectionHeading(phrases)
                | Shape::TeaserHeading(phrases)
                | Shape::BracketOpening(phrases)
                | Shape::Credit(phrases) => &[phrases],
                Shape::Words(needed, others)
                | Shape::OpeningWith(_, needed, others)
                | Shape::Credited(_, needed, others)
                | Shape::Dated(needed, others) => &[needed, others],
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
    fn a_caption_that_is_a_credit_gets_the_rule_of_credits() {
        let left_out = ["Foto: Eva Muster/dpa", "Die Halle am Fluss. Foto: Eva Muster"]
            .map(|text| LeftOut { text: text.to_owned(), rule: CAPTION.to_owned() });
        let sifted = set_aside(ArticleDraft { left_out: left_out.to_vec(), ..draft(&[(Body, NEWS)]) });
        let rules: Vec<_> = sifted.left_out.iter().map(|passage| passage.rule.as_str()).collect();
        assert_eq!(rules, ["photo-credit", CAPTION]);
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
    fn many_headings_are_read_in_linear_time() {
        for alike in [&["Kommentare", "Jetzt kommentieren"][..], &["Mehr zum Thema"], &["Mehr zum Thema", "Anzeige"]] {
            for kind in [Body, ListItem] {
                let many: Vec<_> = alike.iter().cycle().take(20_000).map(|text| (kind, *text)).collect();
                let (kept, left_out) = sifted(&[&[(Body, NEWS)], many.as_slice()].concat());
                assert_eq!(kept.len() + left_out.len(), 20_001);
            }
        }
    }

    #[test]
    fn a_million_brackets_are_read() {
        let (kept, _) = sifted(&[(Body, &"(".repeat(1_000_000)), (Body, &"(siehe Video) ".repeat(50_000))]);
        assert_eq!(kept.len(), 1);
    }
}
