//! Copyright and imprint lines.

use super::super::rule::Rule;
use super::super::rule::Shape::{Dated, Label, Names, Opening, Whole};

pub(super) const RULE: Rule = Rule {
    name: "copyright",
    about: "copyright and imprint lines",
    shapes: &[
        Opening(
            200,
            &[
                "©",
                "copyright ©",
                "copyright (c)",
                "copyright by",
                "copyright 19",
                "copyright 20",
                "alle rechte vorbehalten",
                "all rights reserved",
                "impressum |",
                "nachdruck, auch auszugsweise",
                "nachdruck und vervielfältigung",
                "die verwendung dieses textes",
            ],
        ),
        Dated(&["(c)", "copyright:"], &[]),
        Names(80, &["(c)", "copyright:"]),
        Whole(&[
            "impressum",
            "impressum und datenschutz",
            "datenschutz impressum",
            "impressum datenschutz",
            "agb impressum datenschutz",
        ]),
        Label(200, &["alle inhalte, insbesondere", "alle inhalte dieser seite"]),
    ],
    #[cfg(test)]
    goes: &[
        "© 2024 Der Bote",
        "Copyright 2024 Verlag am See. Alle Rechte vorbehalten.",
        "Alle Rechte vorbehalten.",
        "Impressum",
    ],
    #[cfg(test)]
    stays: &[
        "(c) die Gemeinde trägt die Kosten für den Bau.",
        "Copyright: Gericht gibt einem Musiker aus Kiel recht",
        "Impressum und Datenschutz: Was Vereine jetzt wissen müssen",
        "Das Copyright an dem Lied liegt seit 1998 bei der Tochter des Sängers.",
        "Alle Rechte an der Serie hat ein Sender aus Köln gekauft.",
        "Im Impressum der Zeitung steht seit Montag ein neuer Name.",
    ],
};
