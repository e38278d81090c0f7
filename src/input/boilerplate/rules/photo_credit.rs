//! Credits of photographs and graphics.

use super::super::rule::Rule;
use super::super::rule::Shape::{BracketOpening, Label, Names, Whole};

pub(super) const RULE: Rule = Rule {
    name: "photo-credit",
    about: "credits of photographs and graphics",
    shapes: &[
        BracketOpening(&[
            "foto:",
            "fotos:",
            "bild:",
            "bilder:",
            "symbolbild",
            "archivbild",
            "archivfoto",
            "symbolfoto",
            "foto ©",
            "bild ©",
            "grafik:",
            "quelle: dpa",
            "quelle: apa",
            "bildquelle:",
        ]),
        Whole(&["symbolbild", "archivbild", "symbolfoto", "archivfoto"]),
        Names(120, &["foto:", "fotos:", "foto von", "bild:", "bilder:", "grafik:", "illustration:", "fotograf:"]),
        Label(
            120,
            &[
                "foto ©",
                "foto/",
                "bild ©",
                "bildquelle:",
                "bildnachweis:",
                "bildrechte:",
                "fotocredit:",
                "foto-credit:",
                "symbolbild:",
                "symbolbild (",
                "symbolfoto:",
                "archivbild:",
                "archivfoto:",
                "grafik ©",
                "titelbild:",
                "picture alliance",
                "imago images",
            ],
        ),
    ],
    #[cfg(test)]
    goes: &[
        "Foto: Eva Muster/dpa",
        "Bild: Archiv der Stadt",
        "Symbolbild",
        "Die Halle am Fluss (Foto: Stadt Musterstadt) steht leer.",
        "Bildquelle: Feuerwehr",
    ],
    #[cfg(test)]
    stays: &[
        "Bild: Minister vor dem Rücktritt",
        "Grafik: So stark steigen die Mieten in Ulm",
        "Illustration: Wie ein Kinderbuch entsteht",
        "Bild: Herr Minister, was haben Sie vor?",
        "Das Foto zeigt eine leere Halle.",
        "Bilder einer Ausstellung",
        "Foto: Er war es.",
        "Die Polizei veröffentlichte ein Bild (aus dem Jahr 2019) des Mannes.",
    ],
};
