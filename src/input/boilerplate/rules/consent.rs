//! Cookie banners, consent to external content, notes on scripts.

use super::super::rule::Rule;
use super::super::rule::Shape::{Opening, Voice, Whole};

pub(super) const RULE: Rule = Rule {
    name: "consent",
    about: "cookie banners, consent to external content, notes on scripts",
    shapes: &[
        Whole(&[
            "cookie-einstellungen",
            "cookies akzeptieren",
            "alle akzeptieren",
            "alle cookies akzeptieren",
            "externer inhalt",
            "externe inhalte anzeigen",
            "inhalt laden",
            "datenschutz-einstellungen",
            "datenschutzeinstellungen",
            "einstellungen verwalten",
            "empfohlener externer inhalt",
            "empfohlener redaktioneller inhalt",
        ]),
        Opening(
            600,
            &[
                "wir verwenden cookies",
                "wir nutzen cookies",
                "wir setzen cookies",
                "diese website verwendet cookies",
                "diese website nutzt cookies",
                "diese webseite verwendet cookies",
                "diese webseite nutzt cookies",
                "diese seite verwendet cookies",
                "diese seite nutzt cookies",
                "unsere website verwendet cookies",
                "um diesen inhalt anzuzeigen",
                "um diesen inhalt darzustellen",
                "um diese inhalte anzuzeigen",
                "an dieser stelle finden sie",
                "an dieser stelle ist ein externer inhalt",
                "mit ihrer zustimmung",
                "mit dem klick auf",
                "durch die weitere nutzung der website",
                "bitte aktivieren sie javascript",
                "javascript ist deaktiviert",
            ],
        ),
        Voice(&[
            "wir und unsere partner",
            "sie können ihre einwilligung jederzeit",
            "sie können ihre zustimmung jederzeit",
            "dass mir externe inhalte angezeigt werden",
            "dass ihnen externe inhalte angezeigt werden",
            "nutzung unserer dienste erklären sie sich damit einverstanden, dass wir cookies",
        ]),
    ],
    #[cfg(test)]
    goes: &[
        "Wir verwenden Cookies, um Ihnen den besten Service zu bieten.",
        "Diese Website nutzt Cookies. Mehr dazu lesen Sie in der Datenschutzerklärung.",
        "Ich bin damit einverstanden, dass mir externe Inhalte angezeigt werden.",
        "Alle akzeptieren",
    ],
    #[cfg(test)]
    stays: &[
        "Viele Websites verwenden Cookies, um das Verhalten der Besucher zu verfolgen.",
        "„Wir verwenden Cookies nur, wenn es nicht anders geht“, sagte die Sprecherin.",
        "Das Gericht urteilte über Cookies auf Internetseiten.",
        "Cookies und Datenschutz",
    ],
};
