//! A user's glossary and a German sentence → the terms in it, and whether its English has them.
//!
//! A term is found in all forms that German inflects it to, the longest term first. Hits depend on the sentence alone, not
//! on the order of the file. A file that cannot be read is refused with its line before any work. Never changes a text:
//! `translate` does. `file.rs` reads the file, `terms.rs` finds terms, `forms.rs` knows inflection. `search_term.rs` is a term that the user looks
//! for, in either language.

mod file;
mod forms;
mod search_term;
mod terms;

pub use file::Error;
pub use search_term::SearchTerm;
pub use terms::{Glossary, Term, TermHit};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn glossary(lines: &str) -> Glossary {
        Glossary::parse("terms.tsv".as_ref(), lines).unwrap()
    }

    fn found(glossary: &Glossary, german: &str) -> Vec<(String, String)> {
        let hits = glossary.hits(german);
        hits.iter().map(|hit| (german[hit.range.clone()].to_owned(), hit.term.rendering(hit.plural))).collect()
    }

    #[test]
    fn terms_are_found_in_their_forms_and_the_longest_first() {
        let glossary = glossary(
            "Landrat\tdistrict administrator\nRat\tcouncil\nLindentaler Anzeiger\t\nAnzeiger\tgazette\nFreie Wähler\tFree Voters\n\
             Tatverdächtiger\tsuspect\nLehrer\tteacher\nTHW\t\tcompounds\nWoche\tweek\texact\nessen\teat\nKita\tday-care centre\n",
        );
        for (german, wanted) in [
            ("Des Landrats Haus", vec![("Landrats", "district administrator")]),
            ("Die Landräte kamen.", vec![("Landräte", "district administrators")]),
            ("Der Lindentaler Anzeiger", vec![("Lindentaler Anzeiger", "Lindentaler Anzeiger")]),
            ("Der Lindentaler, Anzeiger", vec![("Anzeiger", "gazette")]),
            ("Die Freien Wähler", vec![("Freien Wähler", "Free Voters")]),
            ("Den Tatverdächtigen", vec![("Tatverdächtigen", "suspect")]),
            ("In der Lehre", vec![]),
            ("Das Landratsamt", vec![]),
            ("Die THW-Helfer", vec![("THW", "THW")]),
            ("Zwei Wochen, eine Woche", vec![("Woche", "week")]),
            ("LANDRAT TRITT ZURÜCK", vec![("LANDRAT", "district administrator")]),
            ("In Essen", vec![]),
            ("Drei Kitas und die Mauern der Kita", vec![("Kitas", "day-care centres"), ("Kita", "day-care centre")]),
            ("", vec![]),
        ] {
            let wanted: Vec<_> = wanted.into_iter().map(|(text, english)| (text.into(), english.into())).collect();
            assert_eq!(found(&glossary, german), wanted, "{german}");
        }
    }

    #[test]
    fn the_terms_of_every_sentence_of_the_test_set_are_found() {
        let glossary = glossary(include_str!("../../tests/glossary/glossary.tsv"));
        for line in include_str!("../../tests/glossary/sentences.tsv").lines() {
            let [german, english, terms] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let hits = glossary.hits(german);
            let found: Vec<&str> = hits.iter().map(|hit| hit.term.english.as_str()).collect();
            let mut wanted: Vec<&str> = terms.split("; ").collect();
            wanted.sort_unstable();
            let mut sorted = found.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, wanted, "{german}");
            assert!(hits.iter().all(|hit| hit.term.is_in(english)), "{english}");
        }
    }

    proptest! {
        #[test]
        fn hits_are_pieces_of_any_text_in_order(german in "(\\PC|Landr[aä]te?s?|Lindentaler|Anzeiger|THW| |-|\\.){0,40}") {
            let glossary = glossary("Landrat\ta\nLindentaler Anzeiger\t\nTHW\t\tcompounds\n");
            let mut end = 0;
            for hit in glossary.hits(&german) {
                prop_assert!(hit.range.start >= end && hit.range.end > hit.range.start);
                prop_assert!(german.get(hit.range.clone()).is_some());
                end = hit.range.end;
            }
        }
    }
}
