//! Corrections, which quote what is no longer true.

use super::super::rule::Rule;
use super::super::rule::Shape::OpeningWith;

pub(super) const RULE: Rule = Rule {
    name: "correction",
    about: "corrections of the article, which quote what is no longer true",
    shapes: &[
        OpeningWith(
            600,
            &[
                "in einer früheren version",
                "in einer früheren fassung",
                "in einer ersten version",
                "in einer ersten fassung",
                "in einer vorherigen version",
                "in einer vorherigen fassung",
            ],
            &[
                "dieses artikels",
                "dieses textes",
                "dieses beitrags",
                "dieser meldung",
                "des artikels",
                "haben wir korrigiert",
                "haben das korrigiert",
                "haben dies korrigiert",
                "in einer früheren version hieß es",
                "in einer früheren fassung hieß es",
                "in einer ersten version hieß es",
                "in einer ersten fassung hieß es",
                "in einer früheren version stand",
                "in einer früheren fassung stand",
            ],
        ),
        OpeningWith(
            600,
            &[
                "korrekturhinweis:",
                "korrektur:",
                "korrektur vom",
                "anmerkung der redaktion:",
                "anm. d. red.:",
                "hinweis der redaktion:",
                "hinweis:",
                "transparenzhinweis:",
            ],
            &[
                "früheren version",
                "früheren fassung",
                "ersten version",
                "ersten fassung",
                "vorherigen version",
                "vorherigen fassung",
                "haben wir korrigiert",
                "haben das korrigiert",
                "haben dies korrigiert",
                "haben den fehler korrigiert",
                "den fehler zu entschuldigen",
            ],
        ),
    ],
    #[cfg(test)]
    goes: &[
        "Korrekturhinweis: In einer früheren Version hieß es, die Halle koste 3,4 Millionen Euro. Wir haben den Fehler korrigiert.",
        "In einer früheren Fassung dieses Artikels hieß es, das Dach sei aus Blech.",
        "Korrektur: Der Turm ist 34 Meter hoch, nicht 43. Wir haben das korrigiert.",
        "Anmerkung der Redaktion: In einer ersten Version stand hier ein falscher Name.",
    ],
    #[cfg(test)]
    stays: &[
        "In einer ersten Fassung des Vertrags hieß es noch, die Miete steige um drei Prozent.",
        "Korrektur: Die Börse gibt nach einer langen Rallye wieder nach.",
        "Anmerkung der Redaktion: Die Autorin ist Mitglied im Chor, über den sie schreibt.",
        "In einer früheren Version des Plans war die Halle noch als Parkhaus vorgesehen.",
        "Hinweis: Das Bad bleibt am Montag geschlossen.",
    ],
};
