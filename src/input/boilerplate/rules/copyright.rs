//! Copyright and imprint lines.

use super::super::rule::Rule;
use super::super::rule::Shape::{Label, Opening, Whole};

pub(super) const RULE: Rule = Rule {
    name: "copyright",
    about: "copyright and imprint lines",
    shapes: &[
        Opening(
            200,
            &[
                "©",
                "(c)",
                "copyright ©",
                "copyright (c)",
                "copyright by",
                "copyright 19",
                "copyright 20",
                "copyright:",
                "alle rechte vorbehalten",
                "all rights reserved",
                "impressum |",
                "impressum und datenschutz",
                "nachdruck, auch auszugsweise",
                "nachdruck und vervielfältigung",
                "die verwendung dieses textes",
            ],
        ),
        Whole(&["impressum", "datenschutz impressum", "impressum datenschutz", "agb impressum datenschutz"]),
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
        "Das Copyright an dem Lied liegt seit 1998 bei der Tochter des Sängers.",
        "Alle Rechte an der Serie hat ein Sender aus Köln gekauft.",
        "Im Impressum der Zeitung steht seit Montag ein neuer Name.",
    ],
};
