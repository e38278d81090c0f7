//! Prompts to subscribe to a newsletter or an app.

use super::super::rule::Rule;
use super::super::rule::Shape::{Opening, OpeningWith, Voice, Whole};

pub(super) const RULE: Rule = Rule {
    name: "newsletter",
    about: "prompts to subscribe to a newsletter or an app",
    shapes: &[
        Whole(&["newsletter", "newsletter abonnieren", "newsletter bestellen", "zum newsletter", "jetzt abonnieren"]),
        Opening(
            400,
            &[
                "abonnieren sie unseren newsletter",
                "abonnieren sie den newsletter",
                "abonnieren sie unsere",
                "jetzt newsletter",
                "jetzt unseren newsletter",
                "jetzt zum newsletter",
                "hier geht es zum newsletter",
                "hier können sie unseren newsletter",
                "melden sie sich zu unserem newsletter",
                "melden sie sich für unseren newsletter",
                "melden sie sich hier für",
                "unser newsletter",
                "laden sie unsere app",
                "holen sie sich unsere app",
                "jetzt die app",
                "bleiben sie informiert",
                "die wichtigsten nachrichten des tages direkt",
            ],
        ),
        OpeningWith(
            300,
            &[
                "newsletter:",
                "der newsletter der redaktion",
                "täglich die wichtigsten nachrichten",
                "nichts mehr verpassen",
            ],
            &[
                "ihr postfach",
                "dein postfach",
                "ihrem postfach",
                "jetzt anmelden",
                "jetzt abonnieren",
                "hier anmelden",
                "hier abonnieren",
                "newsletter abonnieren",
                "kostenlos",
                "unser newsletter",
                "unseren newsletter",
                "unserem newsletter",
                "melden sie sich",
                "abonnieren sie",
            ],
        ),
        Voice(&[
            "unseren newsletter abonnieren",
            "mit meiner anmeldung zum newsletter",
            "mit der anmeldung zum newsletter",
            "unseren kostenlosen newsletter",
            "für unseren newsletter an",
            "zu unserem newsletter an",
            "direkt in ihr postfach",
            "per e-mail in ihr postfach",
            "den newsletter jederzeit abbestellen",
            "den newsletter jederzeit wieder abbestellen",
        ]),
    ],
    #[cfg(test)]
    goes: &[
        "Newsletter abonnieren",
        "Jetzt Newsletter bestellen und nichts verpassen!",
        "Melden Sie sich für unseren Newsletter an.",
        "Mit meiner Anmeldung zum Newsletter stimme ich den Bedingungen zu.",
        "Nichts mehr verpassen: Jetzt abonnieren und jeden Morgen lesen, was in der Stadt geschieht.",
        "Newsletter: Täglich das Neueste kostenlos in Ihr Postfach",
        "Die Meldungen des Tages kommen jeden Morgen direkt in Ihr Postfach.",
    ],
    #[cfg(test)]
    stays: &[
        "Nichts mehr verpassen wollen die Fans von Eintracht Ulm, die am Samstag vor dem Stadion zelten.",
        "Täglich die wichtigsten Nachrichten zu lesen, schaffen nur noch wenige Jugendliche.",
        "Newsletter: Wie Vereine neue Mitglieder gewinnen",
        "Die Stadt verschickt seit Mai einen Newsletter an 4.000 Haushalte.",
        "Der Minister erklärte im Newsletter seiner Partei, er trete nicht mehr an.",
        "Newsletter der Partei sorgt für Streit",
        "„Abonnieren Sie unseren Newsletter“, rief der Händler am Stand.",
    ],
};
