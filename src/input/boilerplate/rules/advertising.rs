//! Labels of advertisements.

use super::super::rule::Rule;
use super::super::rule::Shape::{Opening, Whole};

pub(super) const RULE: Rule = Rule {
    name: "advertising",
    about: "labels of advertisements",
    shapes: &[
        Whole(&[
            "anzeige",
            "anzeigen",
            "werbung",
            "advertisement",
            "advertorial",
            "werbung schließen",
            "ende der werbung",
            "anzeige schließen",
            "weiter nach der anzeige",
            "weiter nach der werbung",
            "nach der anzeige weiterlesen",
            "nach der werbung weiterlesen",
            "artikel wird nach der anzeige fortgesetzt",
            "entgeltliche einschaltung",
            "der artikel wird nach der anzeige fortgesetzt",
            "anzeige überspringen",
            "hier werbung buchen",
        ]),
        Opening(
            160,
            &["dieser artikel enthält affiliate", "diese seite enthält affiliate", "als amazon-partner verdienen wir"],
        ),
    ],
    #[cfg(test)]
    goes: &["Anzeige", "– Anzeige –", "WERBUNG", "Artikel wird nach der Anzeige fortgesetzt"],
    #[cfg(test)]
    stays: &[
        "Anzeige gegen Bürgermeister erstattet",
        "Werbung für Tabak soll verboten werden",
        "Die Polizei nahm die Anzeige auf.",
    ],
};
