//! Credits of photographs and graphics.

use super::super::rule::Rule;
use super::super::rule::Shape::{BracketOpening, Label, Whole};

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
        Label(
            120,
            &[
                "foto:",
                "fotos:",
                "foto ©",
                "foto/",
                "foto von",
                "bild:",
                "bilder:",
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
                "grafik:",
                "grafik ©",
                "illustration:",
                "titelbild:",
                "fotograf:",
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
        "Bild: Herr Minister, was haben Sie vor?",
        "Das Foto zeigt eine leere Halle.",
        "Bilder einer Ausstellung",
        "Foto: Er war es.",
        "Die Polizei veröffentlichte ein Bild (aus dem Jahr 2019) des Mannes.",
    ],
};
