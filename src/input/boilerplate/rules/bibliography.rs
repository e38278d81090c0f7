//! Entries of a list of books.

use super::super::rule::Rule;
use super::super::rule::Shape::Ending;

pub(super) const RULE: Rule = Rule {
    name: "bibliography",
    about: "entries of a list of books, which end in their ISBN",
    shapes: &[Ending(300, &["isbn", "isbn:", "isbn-10", "isbn-13", "isbn-10:", "isbn-13:", "issn", "issn:", "doi:"])],
    #[cfg(test)]
    goes: &[
        "Karl Stein: „Burgen im Harz.“ Goslar 1988, ISBN 3-12-345678-9.",
        "Eva Lang: Der Fluss. Roman. Verlag am See, Ulm 2024, ISBN 978-3-12-345678-X",
        "Annalen des Vereins, Band 12, ISSN: 1234-5678.",
    ],
    #[cfg(test)]
    stays: &[
        "Die ISBN gibt es seit 1972.",
        "Jedes Buch bekommt eine ISBN mit 13 Ziffern.",
        "Ihr Roman (ISBN 978-3-12-345678-9) ist im Mai erschienen und kostet 24 Euro.",
    ],
};
