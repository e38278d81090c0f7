//! Prompts to buy or to log in.

use super::super::rule::Rule;
use super::super::rule::Shape::{Opening, Whole};

pub(super) const RULE: Rule = Rule {
    name: "paywall",
    about: "prompts to buy or to log in",
    shapes: &[
        Whole(&[
            "jetzt weiterlesen",
            "jetzt abonnieren",
            "jetzt testen",
            "jetzt registrieren",
            "jetzt anmelden",
            "abo abschließen",
            "zum abo",
            "abo-angebote",
            "einloggen",
            "bereits abonnent",
            "bereits registriert",
            "sie haben bereits ein abo",
            "sie sind bereits abonnent",
            "hier anmelden",
            "hier einloggen",
            "anmelden und weiterlesen",
        ]),
        Opening(
            300,
            &[
                "dieser artikel ist abonnenten vorbehalten",
                "dieser artikel ist unseren abonnenten vorbehalten",
                "dieser inhalt ist abonnenten vorbehalten",
                "sie haben bereits ein abo",
                "sie haben noch kein abo",
                "sie möchten weiterlesen",
                "sie wollen weiterlesen",
                "du möchtest weiterlesen",
                "du willst weiterlesen",
                "teste unser",
                "registriere dich kostenlos",
                "sie sind bereits abonnent",
                "bereits abonnent?",
                "um diesen artikel zu lesen",
                "um weiterzulesen",
                "weiterlesen mit",
                "lesen sie diesen artikel mit",
                "mit einem abo lesen sie",
                "mit unserem abo",
                "testen sie unser",
                "jetzt kostenlos testen",
                "jetzt gratis testen",
                "registrieren sie sich kostenlos",
                "exklusiv für abonnenten",
            ],
        ),
    ],
    #[cfg(test)]
    goes: &[
        "Dieser Artikel ist Abonnenten vorbehalten.",
        "Sie haben bereits ein Abo? Dann melden Sie sich an.",
        "Jetzt weiterlesen",
        "Um weiterzulesen, wählen Sie ein Angebot.",
        "Sie möchten weiterlesen? Testen Sie jetzt 4 Wochen für 1 Euro.",
        "Registrieren Sie sich kostenlos und lesen Sie weiter.",
    ],
    #[cfg(test)]
    stays: &[
        "Viele Zeitungen verlangen Geld für Artikel im Netz, die Abonnenten vorbehalten sind.",
        "Registrieren Sie sich kostenlos, heißt es in der Mail der Betrüger, vor denen die Polizei warnt.",
        "Wer ein Abo der Bahn hat, bekommt Geld zurück.",
        "Jetzt testen die Ärzte einen neuen Stoff.",
    ],
};
