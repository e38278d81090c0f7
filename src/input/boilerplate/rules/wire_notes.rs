//! What agencies and press offices write for editors.

use super::super::rule::Rule;
use super::super::rule::Shape::{BracketOpening, Dated, Opening, OpeningWith, Whole};

pub(super) const RULE: Rule = Rule {
    name: "wire-notes",
    about: "what agencies and press offices write for editors: embargoes, corrections, announcements",
    shapes: &[
        Dated(
            &["sperrfrist", "sperrfrist:", "sperrfrist bis", "achtung sperrfrist", "achtung, sperrfrist"],
            &["uhr", "bis", "am"],
        ),
        BracketOpening(&[
            "achtung: sperrfrist",
            "achtung sperrfrist",
            "sperrfrist",
            "berichtigung:",
            "berichtigt:",
            "korrektur:",
            "korrigiert:",
            "neu:",
            "neuer aufbau",
            "wiederholung:",
            "zusammenfassung:",
            "achtung redaktionen",
            "foto - archiv",
        ]),
        OpeningWith(
            400,
            &["berichtigung:", "berichtigung zu", "korrektur zu", "korrektur:"],
            &[
                "muss es",
                "richtig heißen",
                "richtig muss",
                "rpt",
                "im ersten absatz",
                "im zweiten absatz",
                "im letzten absatz",
            ],
        ),
        Opening(
            300,
            &[
                "achtung redaktionen",
                "achtung, redaktionen",
                "hinweis an die redaktionen",
                "hinweis für redaktionen",
                "rückfragen bitte an",
                "rückfragen & kontakt",
                "pressekontakt:",
                "original-content von",
            ],
        ),
        Whole(&[
            "eilmeldung folgt",
            "mehr folgt",
            "mehr in kürze",
            "weitere informationen in kürze",
            "wird fortgesetzt",
            "zusammenfassung folgt",
            "redaktionelle hinweise",
            "ende der meldung",
        ]),
    ],
    #[cfg(test)]
    goes: &[
        "Sperrfrist: 3. Mai, 18.00 Uhr",
        "(Achtung: Sperrfrist 18.00 Uhr)",
        "Berichtigung: Im zweiten Satz muss es richtig heißen: 120 Tonnen.",
        "Der Kran hebt 120 Tonnen. (Berichtigung: 120 statt 12 Tonnen)",
        "Mehr in Kürze.",
        "Pressekontakt: Stadt Ulm, Jana Ohm, Telefon 12345",
    ],
    #[cfg(test)]
    stays: &[
        "Sperrfrist für neue Heizungen endet erst im Mai 2026, sagt der Minister.",
        "Berichtigung: Der Bundestag ändert sein Gesetz zum zweiten Mal.",
        "Mehr folgt daraus nicht, sagte der Richter.",
        "Das Gesetz (Berichtigung vom 3. Mai eingeschlossen) gilt ab Juni.",
    ],
};
