//! Self-contained HTML: German and English side by side, sentence by sentence. Summary points link to their evidence.
//!
//! A file needs no other file, and the content security policy forbids any. One script of the program's own adds comfort: a filter,
//! keys, citations; its digest is in the policy, and without it nothing is missing. All text goes through
//! [`markup::Escaped`], so none of it becomes markup. Without the style sheet, a page still reads in order: English first,
//! then German.

mod article;
mod briefing;
mod markup;
mod page;

use std::io::{self, Write};

pub(super) use markup::{Escaped, Marked};

use super::format::OutputFormat;
use super::view::{BriefingView, PageView};

pub(super) const OUTPUT_FORMAT: OutputFormat = OutputFormat {
    name: "html",
    extension: "html",
    briefing_file: "index.html",
    about: "bilingual pages for a browser, self-contained, for phone and print too",
    is_for_people: true,
    is_text: true,
    links_pages: true,
    write_page,
    write_briefing,
};

fn write_page(page: &PageView<'_>, out: &mut dyn Write) -> io::Result<()> {
    page::write(page, &OUTPUT_FORMAT, out)
}

fn write_briefing(view: &BriefingView<'_>, out: &mut dyn Write) -> io::Result<()> {
    briefing::write(view, OUTPUT_FORMAT.extension, out)
}

/// Shortens HTML files of tests.
#[cfg(test)]
pub(super) mod abridging {
    use super::markup::{SCRIPT, STYLE};

    /// `html_file` with names in the place of its style sheet and its script, so that golden files do not repeat them.
    pub(in crate::output) fn without_style_and_script(html_file: &str) -> String {
        html_file.replace(STYLE, "(style.css)").replace(SCRIPT, "(script.js)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use scraper::{Html, Selector};
    use sha2::{Digest, Sha256};

    use super::super::format::canned_files::{briefing_in, page_in};
    use super::super::layout::{bilingual_sentences, clean};
    use super::markup::{MOST_KINDS, SCRIPT, SCRIPT_DIGEST, STYLE, STYLE_DIGEST};
    use super::*;
    use crate::document::ParagraphKind;
    use crate::document::canned::{self, CANNED};

    /// Every file of the canned briefings, with and without full text, and the pages; the script is taken out.
    fn files() -> Vec<(String, String)> {
        let script = format!("<script>{SCRIPT}</script>");
        let without_script = |file: String| {
            assert_eq!(file.matches(&script).count(), 1);
            file.replace(&script, "")
        };
        let files = files_with_script().into_iter();
        files.map(|(name, file)| (name, without_script(file))).collect()
    }

    fn files_with_script() -> Vec<(String, String)> {
        let mut files = Vec::new();
        for (name, canned) in CANNED {
            let canned = canned();
            files.push((format!("{name} with full text"), briefing_in(&OUTPUT_FORMAT, &canned, true)));
            files.push((format!("{name} without full text"), briefing_in(&OUTPUT_FORMAT, &canned, false)));
            for entry in &canned.entries {
                files.push((format!("{name} page {}", entry.index + 1), page_in(&OUTPUT_FORMAT, &canned, entry.index)));
            }
        }
        files
    }

    fn select(document: &Html, selector: &str) -> Vec<String> {
        document.select(&Selector::parse(selector).unwrap()).map(|element| element.text().collect()).collect()
    }

    fn attributes(document: &Html, name: &str) -> Vec<String> {
        let selector = Selector::parse(&format!("[{name}]")).unwrap();
        document.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    #[test]
    fn the_policy_admits_the_style_sheet() {
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        assert_eq!(STYLE_DIGEST, digest, "put the right value into STYLE_DIGEST");
        let digest = STANDARD.encode(Sha256::digest(SCRIPT));
        assert_eq!(SCRIPT_DIGEST, digest, "put the right value into SCRIPT_DIGEST");
    }

    #[test]
    fn every_tag_is_closed_where_it_was_opened() {
        const VOID: [&str; 3] = ["meta", "input", "!DOCTYPE"];
        for (name, file) in files() {
            let mut open: Vec<&str> = Vec::new();
            // All text is escaped, so every `<` starts a tag.
            for tag in file.split('<').skip(1) {
                let tag = &tag[..tag.find('>').unwrap_or_else(|| panic!("{name}: <{tag}"))];
                if let Some(closed) = tag.strip_prefix('/') {
                    assert_eq!(open.pop(), Some(closed), "{name}");
                } else {
                    let opened = tag.split_whitespace().next().unwrap();
                    if !VOID.contains(&opened) {
                        open.push(opened);
                    }
                }
            }
            assert!(open.is_empty(), "{name}: {open:?}");
        }
    }

    #[test]
    fn a_parser_has_nothing_to_repair() {
        for (name, file) in files() {
            // To repair misplaced tags, a parser adds elements.
            let elements = Html::parse_document(&file).select(&Selector::parse("*").unwrap()).count();
            let written = file.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!'])).count();
            assert_eq!(elements, written, "{name}");
        }
    }

    #[test]
    fn no_text_becomes_markup() {
        for (name, file) in files() {
            let document = Html::parse_document(&file);
            for forbidden in
                ["script", "img", "b", "i", "u", "iframe", "link", "object", "[onerror]", "[onmouseover]", "[style]"]
            {
                assert!(select(&document, forbidden).is_empty(), "{name}: {forbidden}");
            }
            for link in document.select(&Selector::parse("[href]").unwrap()) {
                let href = link.attr("href").unwrap_or_default();
                // The address of an article is the only link out of the briefing.
                let leads_out = link.attr("class") == Some("link");
                assert_eq!(href.contains(':'), leads_out, "{name}: {href}");
                assert!(!leads_out || href.starts_with("https://"), "{name}: {href}");
            }
            assert!(attributes(&document, "src").is_empty(), "{name}");
        }
    }

    #[test]
    fn every_sentence_is_seen_as_it_is() {
        for (name, canned) in CANNED {
            let canned = canned();
            let document = Html::parse_document(&briefing_in(&OUTPUT_FORMAT, &canned, true));
            let texts: BTreeSet<_> = select(&document, ".pair p, .pair h3, pre").into_iter().collect();
            for (paragraph, translated) in canned.entries.iter().flat_map(|entry| entry.translation.pairs()) {
                for sentence in bilingual_sentences(paragraph, translated) {
                    let german = clean(sentence.german).into_owned();
                    assert!(texts.contains(&german), "{name}: {german}");
                    // Alone in its element, so that a copy of it contains no flag.
                    let english = clean(sentence.english).into_owned();
                    assert!(english.trim().is_empty() || texts.contains(&english), "{name}: {english}");
                }
            }
        }
    }

    #[test]
    fn ids_are_unique_and_every_link_within_the_file_leads_somewhere() {
        for (name, file) in files() {
            let document = Html::parse_document(&file);
            let ids = attributes(&document, "id");
            let unique: BTreeSet<_> = ids.iter().cloned().collect();
            assert_eq!(ids.len(), unique.len(), "{name}");
            for target in attributes(&document, "href").iter().filter_map(|href| href.strip_prefix('#')) {
                assert!(unique.contains(target), "{name}: {target}");
            }
        }
    }

    #[test]
    fn flags_stand_wherever_their_sentence_stands_and_never_in_its_text() {
        let briefing = canned::ordinary();
        let flag = "the translation was cut at the length limit";
        let full = Html::parse_document(&briefing_in(&OUTPUT_FORMAT, &briefing, true));
        let short = Html::parse_document(&briefing_in(&OUTPUT_FORMAT, &briefing, false));
        let page = Html::parse_document(&page_in(&OUTPUT_FORMAT, &briefing, 1));
        for (document, places) in [
            (&full, &[".lead .flags", "#a2 .summary .flags", "#a2 .text .flags"][..]),
            (&short, &[".lead .flags", "#a2 .summary .flags"]),
            (&page, &[".summary .flags", ".text .flags"]),
        ] {
            for place in places {
                assert!(select(document, place).iter().any(|text| text.contains(flag)), "{place}");
            }
            assert!(select(document, "article header .flags").iter().any(|text| text.contains("a name may be wrong")));
            assert!(select(document, ".en p:not(.flags), p.en").iter().all(|text| !text.contains(flag)));
        }
        for document in [&full, &short] {
            assert!(select(document, ".contents .flags").iter().any(|text| text.contains("a name may be wrong")));
            assert!(select(document, ".contents .original").iter().any(|text| text.contains("Messwerte")));
        }
    }

    #[test]
    fn every_file_says_first_that_a_machine_translated_it() {
        for (name, file) in files().into_iter().filter(|(name, _)| !name.starts_with("empty")) {
            let notices = select(&Html::parse_document(&file), ".notice");
            assert!(notices.len() == 1 && notices[0].starts_with("Machine translation by "), "{name}: {notices:?}");
        }
    }

    #[test]
    fn evidence_leads_into_the_same_file_where_that_has_the_text() {
        let file = briefing_in(&OUTPUT_FORMAT, &canned::ordinary(), true);
        let links = attributes(&Html::parse_document(&file), "href");
        assert!(links.iter().all(|href| href.starts_with('#') || href.starts_with("https:")), "{links:?}");
        let short = briefing_in(&OUTPUT_FORMAT, &canned::ordinary(), false);
        let links = attributes(&Html::parse_document(&short), "href");
        assert!(links.iter().any(|href| href.ends_with("hafen-wismarbucht.html#p1-s1")), "{links:?}");
    }

    #[test]
    fn every_kind_of_doubt_has_a_view() {
        let doubts = crate::document::Flag::ALL.iter().filter(|flag| flag.is_doubt()).count();
        assert!(doubts <= MOST_KINDS, "add lines for them to style.css");
        for kind in 1..=MOST_KINDS {
            assert!(STYLE.contains(&format!("body:has(#k{kind}:checked)")), "{kind}");
        }
    }

    #[test]
    fn headings_go_down_one_level_at_a_time() {
        for (name, file) in files() {
            let document = Html::parse_document(&file);
            let mut level = 0;
            for heading in document.select(&Selector::parse("h1, h2, h3, h4, h5, h6").unwrap()) {
                let next: usize = heading.value().name()[1..].parse().unwrap();
                assert!(next <= level + 1, "{name}: h{level} is followed by h{next}");
                level = next;
            }
        }
    }

    #[test]
    fn german_is_marked_as_german() {
        let document = Html::parse_document(&briefing_in(&OUTPUT_FORMAT, &canned::ordinary(), true));
        let german = select(&document, "[lang=de]").join("\n");
        for (paragraph, _) in canned::ordinary().entries.iter().flat_map(|entry| entry.translation.pairs()) {
            if paragraph.kind() == ParagraphKind::Heading {
                assert!(german.contains(paragraph.text()), "{}", paragraph.text());
            }
        }
    }

    #[test]
    fn nothing_comes_from_outside() {
        for (name, file) in files().into_iter().filter(|(name, _)| !name.starts_with("nasty")) {
            for outside in ["http:", "url(", "@import", "<script", "<link"] {
                assert!(!file.contains(outside), "{name}: {outside}");
            }
            // A link to the article where it was published loads nothing.
            let links = select(&Html::parse_document(&file), "a.link[rel~=noreferrer]").len();
            assert_eq!(file.matches("=\"https:").count(), links, "{name}");
        }
    }
}
