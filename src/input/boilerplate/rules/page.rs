//! Page furniture: navigation links, reading times, update stamps.

use super::super::rule::Rule;
use super::super::rule::Shape::{Label, Whole};

pub(super) const RULE: Rule = Rule {
    name: "page",
    about: "page furniture: navigation links, reading times, update stamps",
    shapes: &[
        Whole(&[
            "zur startseite",
            "nach oben",
            "zum seitenanfang",
            "zurück zur startseite",
            "zurück zur übersicht",
            "zur übersicht",
            "zum inhalt springen",
            "zum hauptinhalt springen",
            "zur merkliste",
            "menü",
            "suche",
            "nächster artikel",
            "vorheriger artikel",
            "lesezeit",
            "minuten lesezeit",
            "min lesezeit",
            "min. lesezeit",
            "artikel im archiv",
            "vorlesefunktion",
            "inhaltsverzeichnis",
        ]),
        Label(
            60,
            &[
                "lesezeit:",
                "lesedauer:",
                "lesezeit ca",
                "zuletzt aktualisiert",
                "zuletzt aktualisiert:",
                "aktualisiert:",
                "letzte aktualisierung:",
                "letztes update:",
                "stand:",
                "veröffentlicht:",
                "veröffentlicht am",
                "erschienen am",
                "erstellt:",
                "erstellt am",
            ],
        ),
    ],
    #[cfg(test)]
    goes: &["Lesezeit: 3 Minuten", "Zur Startseite", "4 Min. Lesezeit", "Stand: 3. Mai 2024, 18.30 Uhr"],
    #[cfg(test)]
    stays: &[
        "Die Lesezeit an der Schule wurde auf eine Stunde verlängert.",
        "Zurück zur Natur",
        "Veröffentlicht am Montag, sorgte der Bericht bis zum Abend für Streit in allen Parteien des Landes.",
    ],
};
