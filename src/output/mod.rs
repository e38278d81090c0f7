//! Briefing → files: the formats, and the folder that they are written to.
//!
//! The page of an article is written as soon as the article is done. The entry is kept on disk, and after the last one
//! every format writes its briefing from a [`BriefingView`], which reads the entries back one at a time. Memory holds one
//! article, however many there are.
//!
//! Promises: the same briefing gives the same bytes; text of an article never becomes markup; every file is either
//! complete or absent; nothing is written outside the output folder; a file that depesche did not make is replaced only
//! with [`OutputOptions::force`], and an article being read never. Computes no scores, orders or cuts.
//!
//! To add a format: write a file with an [`OutputFormat`] const, and add it to the end of [`OUTPUT_FORMATS`]. The tests run every format on the
//! canned briefings; `BLESS=1 cargo test` writes the golden files.

mod archive;
mod changes;
mod csv;
mod docx;
mod entries;
mod epub;
mod error;
mod folder;
mod format;
mod formats;
mod html;
mod inputs;
mod json;
mod last_run;
mod layout;
mod lock;
mod markdown;
mod names;
mod record;
mod report;
mod text;
mod tmx;
mod view;
mod xml;

pub use error::Error;
pub use folder::{FinishedOutput, OutputFolder, scratch_near};
pub use format::OutputFormat;
pub use formats::{DEFAULT_OUTPUT_FORMATS, OUTPUT_FORMATS, OutputOptions};
pub use json::record_json;
pub use last_run::{ShownEnglish, shown_english};
pub use record::RECORD;
pub use report::REPORT;
pub use view::{BriefingView, PageLink, PageView};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::format::canned_files::{briefing_bytes_in, briefing_in, page_in};
    use super::html::abridging::without_style_and_script;
    use super::*;
    use crate::document::canned::{self, CANNED};

    /// Compares `actual` with the golden file, or writes the file if `BLESS` is set.
    fn compare(golden: &Path, actual: &str) {
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(golden.parent().unwrap()).unwrap();
            fs::write(golden, actual).unwrap();
        }
        let expected = fs::read_to_string(golden).unwrap_or_default();
        let differs = expected.lines().zip(actual.lines()).position(|(expected, actual)| expected != actual);
        let line = differs.unwrap_or_else(|| expected.lines().count().min(actual.lines().count()));
        assert!(
            expected == actual,
            "{} line {}: BLESS=1 renews it\n golden: {:?}\n actual: {:?}",
            golden.display(),
            line + 1,
            expected.lines().nth(line),
            actual.lines().nth(line),
        );
    }

    #[test]
    fn every_format_renders_every_canned_briefing_as_its_golden_file() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/canned");
        for format in OUTPUT_FORMATS.iter().filter(|format| format.is_text) {
            for (name, briefing) in CANNED {
                let briefing = briefing();
                let golden_briefing = without_style_and_script(&briefing_in(format, &briefing, true));
                compare(&folder.join(format!("{name}.{}", format.extension)), &golden_briefing);
                if !briefing.entries.is_empty() {
                    let golden_page = without_style_and_script(&page_in(format, &briefing, 0));
                    compare(&folder.join(format!("{name}.page.{}", format.extension)), &golden_page);
                }
            }
        }
    }

    #[test]
    fn rendering_twice_gives_the_same_bytes() {
        for format in OUTPUT_FORMATS {
            for (name, briefing) in CANNED {
                let briefing = briefing();
                for full_text in [true, false] {
                    let render = || briefing_bytes_in(format, &briefing, full_text);
                    assert_eq!(render(), render(), "{name} as {}", format.name);
                }
            }
        }
    }

    #[test]
    fn nothing_for_people_holds_control_characters_of_the_article() {
        for format in OUTPUT_FORMATS.iter().filter(|format| format.is_for_people && format.is_text) {
            for (name, briefing) in CANNED {
                let output = briefing_in(format, &briefing(), true);
                let control =
                    output.chars().find(|character| character.is_control() && !matches!(character, '\n' | '\t'));
                assert_eq!(control, None, "{name} as {}", format.name);
            }
        }
    }

    #[test]
    fn a_briefing_without_full_text_is_no_longer_than_one_with() {
        for format in OUTPUT_FORMATS {
            let briefing = canned::ordinary();
            let length = |full_text| briefing_bytes_in(format, &briefing, full_text).len();
            assert!(length(false) <= length(true), "{}", format.name);
            assert!(!format.is_for_people || length(false) < length(true), "{}", format.name);
        }
    }

    #[test]
    fn no_two_formats_share_a_name_an_extension_or_a_briefing() {
        let keys: [fn(&OutputFormat) -> &'static str; 3] =
            [|format| format.name, |format| format.extension, |format| format.briefing_file];
        for key in keys {
            assert_eq!(OUTPUT_FORMATS.iter().map(key).collect::<BTreeSet<_>>().len(), OUTPUT_FORMATS.len());
        }
        for format in OUTPUT_FORMATS {
            assert!(format.briefing_file.ends_with(&format!(".{}", format.extension)), "{}", format.name);
        }
    }
}
