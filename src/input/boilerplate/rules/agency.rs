//! Credits of news agencies.

use super::super::rule::Rule;
use super::super::rule::Shape::{Credit, Label, OpeningWith, Whole};

pub(super) const RULE: Rule = Rule {
    name: "agency",
    about: "credits of news agencies",
    shapes: &[
        Credit(AGENCIES),
        Whole(&[
            "dpa", "apa", "afp", "reuters", "kna", "epd", "dpa-afx", "dpa/afp", "afp/dpa", "apa/dpa", "apa/red",
            "red/apa", "dpa/lno", "dpa/lnw", "dpa/lni", "dpa/lhe", "dpa/lby", "dpa/lsw", "dpa/lbn", "dpa/th", "dpa/sa",
            "dpa/sn", "dpa/mv", "dpa/lrs", "dpa, afp", "afp, dpa", "apa, red", "red, apa",
        ]),
        Label(
            80,
            &[
                "quelle: apa",
                "quelle: dpa",
                "quelle: afp",
                "quelle: reuters",
                "quelle: kna",
                "quelle: epd",
                "quelle: sid",
                "quellen: dpa",
                "quellen: apa",
                "quellen: afp",
                "mit agenturmaterial",
                "dpa-infocom",
                "© dpa",
                "©dpa",
            ],
        ),
        OpeningWith(80, &["mit material", "mit informationen", "mit agenturmaterial"], AGENCY_NAMES),
    ],
    #[cfg(test)]
    goes: &[
        "(dpa)",
        "dpa/lnw",
        "Quelle: APA",
        "(APA/dpa/Reuters)",
        "Die Halle steht leer. (red, 13.2.2015)",
        "Wien (APA) – Die Halle steht leer.",
        "dpa-infocom, dpa:240503-99-123456/3",
        "Mit Material von dpa und AFP",
    ],
    #[cfg(test)]
    stays: &[
        "Mit Informationen von Whistleblowern gegen Korruption",
        "Mit Material von der alten Halle baut der Verein eine neue",
        "Das sagte er der Deutschen Presse-Agentur (dpa) am Montag.",
        "Die Nachrichtenagentur Reuters (London) und die APA (Wien) arbeiten zusammen.",
        "Quelle des Flusses entdeckt",
        "Das teilte die Polizei der dpa mit.",
        "Die Zahl stieg auf 12 (2015).",
    ],
};

/// News agencies.
const AGENCY_NAMES: &[&str] =
    &["dpa", "apa", "afp", "reuters", "epd", "kna", "sid", "ap", "sda", "nachrichtenagentur", "nachrichtenagenturen"];

/// News agencies, their regional services, and other words in their credits.
const AGENCIES: &[&str] = &[
    "dpa",
    "apa",
    "afp",
    "reuters",
    "rtr",
    "sid",
    "kna",
    "epd",
    "ap",
    "dapd",
    "ddp",
    "ots",
    "awp",
    "sda",
    "keystone",
    "red",
    "ag",
    "dpa.com",
    "afx",
    "lno",
    "lnw",
    "lni",
    "lhe",
    "lby",
    "lsw",
    "lbn",
    "lrs",
    "lth",
    "lsn",
    "mv",
    "th",
    "sn",
    "rnd",
    "upi",
    "tass",
    "ansa",
    "xinhua",
    "bloomberg",
    "jw",
    "pte",
    "pti",
    "infocom",
    "online",
];
