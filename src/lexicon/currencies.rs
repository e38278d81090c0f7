//! Currencies and what each language calls them.

/// A currency and its words in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Currency {
    /// What a message calls the currency.
    pub name: &'static str,
    /// The currency's German names, codes and signs, in lower case.
    pub german: &'static [&'static str],
    /// The currency's English names, codes and signs, in lower case.
    pub english: &'static [&'static str],
}

/// The currencies of German news.
#[rustfmt::skip]
pub const CURRENCIES: &[Currency] = &[
    Currency { name: "euro", german: &["euro", "euros", "eur", "€"], english: &["euro", "euros", "eur", "€"] },
    Currency { name: "dollar", german: &["dollar", "dollars", "us-dollar", "usd", "$"], english: &["dollar", "dollars", "usd", "$"] },
    Currency { name: "pound", german: &["pfund", "gbp", "£"], english: &["pound", "pounds", "sterling", "gbp", "£", "lb", "lbs"] },
    Currency { name: "franc", german: &["franken", "chf", "sfr"], english: &["franc", "francs", "chf"] },
    Currency { name: "yen", german: &["yen", "jpy", "¥"], english: &["yen", "jpy", "¥"] },
    Currency { name: "rouble", german: &["rubel", "rub"], english: &["rouble", "roubles", "ruble", "rubles", "rub"] },
    Currency { name: "zloty", german: &["zloty", "złoty", "pln"], english: &["zloty", "zlotys", "zloties", "złoty", "pln"] },
    Currency { name: "forint", german: &["forint", "huf"], english: &["forint", "forints", "huf"] },
    Currency { name: "rupee", german: &["rupie", "rupien"], english: &["rupee", "rupees"] },
    Currency { name: "yuan", german: &["yuan", "renminbi"], english: &["yuan", "renminbi"] },
    Currency { name: "peso", german: &["peso", "pesos"], english: &["peso", "pesos"] },
    Currency { name: "lira", german: &["lira"], english: &["lira", "liras"] },
    Currency { name: "mark", german: &["mark", "dm", "d-mark"], english: &["mark", "marks", "dm", "deutschmark", "deutschmarks", "deutschemarks", "deutsche"] },
];
