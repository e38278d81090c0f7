//! Places and what each language calls them, where the names differ.

/// A place with a German and an English name.
#[derive(Clone, Copy, Debug)]
pub struct Exonym {
    /// The German name, as it is written.
    pub german: &'static str,
    /// The English name, as it is written.
    pub english: &'static str,
}

const fn pair(german: &'static str, english: &'static str) -> Exonym {
    Exonym { german, english }
}

/// Cities, countries, regions and rivers of German news whose names differ. A German name that is also an English word is not
/// among them.
#[rustfmt::skip]
pub const EXONYMS: &[Exonym] = &[
    pair("Kiew", "Kyiv"), pair("Charkiw", "Kharkiv"), pair("Lemberg", "Lviv"), pair("Tschernobyl", "Chernobyl"), pair("Saporischschja", "Zaporizhzhia"),
    pair("Mykolajiw", "Mykolaiv"), pair("Donezk", "Donetsk"), pair("Cherson", "Kherson"), pair("Tschernihiw", "Chernihiv"),
    pair("Moskau", "Moscow"), pair("Wolgograd", "Volgograd"), pair("Wladiwostok", "Vladivostok"), pair("Sotschi", "Sochi"),
    pair("Grosny", "Grozny"), pair("Tschetschenien", "Chechnya"), pair("Nowosibirsk", "Novosibirsk"), pair("Tiflis", "Tbilisi"), pair("Eriwan", "Yerevan"),
    pair("Taschkent", "Tashkent"), pair("Peking", "Beijing"), pair("Schanghai", "Shanghai"), pair("Hongkong", "Hong Kong"), pair("Singapur", "Singapore"),
    pair("Pjöngjang", "Pyongyang"), pair("Tokio", "Tokyo"), pair("Hiroschima", "Hiroshima"), pair("Fukuschima", "Fukushima"), pair("Neu-Delhi", "New Delhi"),
    pair("Kalkutta", "Kolkata"), pair("Rangun", "Yangon"), pair("Dschakarta", "Jakarta"), pair("Teheran", "Tehran"),
    pair("Bagdad", "Baghdad"), pair("Mossul", "Mosul"), pair("Damaskus", "Damascus"), pair("Kairo", "Cairo"), pair("Alexandrien", "Alexandria"),
    pair("Riad", "Riyadh"), pair("Mekka", "Mecca"), pair("Dschidda", "Jeddah"), pair("Khartum", "Khartoum"),
    pair("Tripolis", "Tripoli"), pair("Algier", "Algiers"), pair("Mogadischu", "Mogadishu"), pair("Kapstadt", "Cape Town"),
    pair("Havanna", "Havana"), pair("Mexiko-Stadt", "Mexico City"), pair("Brüssel", "Brussels"), pair("Antwerpen", "Antwerp"), pair("Lüttich", "Liège"),
    pair("Brügge", "Bruges"), pair("Gent", "Ghent"), pair("Kopenhagen", "Copenhagen"), pair("Göteborg", "Gothenburg"),
    pair("Warschau", "Warsaw"), pair("Krakau", "Kraków"), pair("Danzig", "Gdańsk"), pair("Breslau", "Wrocław"), pair("Stettin", "Szczecin"),
    pair("Prag", "Prague"), pair("Pilsen", "Plzeň"), pair("Pressburg", "Bratislava"), pair("Bukarest", "Bucharest"),
    pair("Belgrad", "Belgrade"), pair("Laibach", "Ljubljana"), pair("Athen", "Athens"), pair("Saloniki", "Thessaloniki"),
    pair("Nikosia", "Nicosia"), pair("Rom", "Rome"), pair("Mailand", "Milan"), pair("Venedig", "Venice"), pair("Neapel", "Naples"),
    pair("Florenz", "Florence"), pair("Genua", "Genoa"), pair("Syrakus", "Syracuse"), pair("Lissabon", "Lisbon"),
    pair("Sevilla", "Seville"), pair("Saragossa", "Zaragoza"), pair("Nizza", "Nice"), pair("Straßburg", "Strasbourg"), pair("Dünkirchen", "Dunkirk"),
    pair("Genf", "Geneva"), pair("Zürich", "Zurich"), pair("Luzern", "Lucerne"), pair("Wien", "Vienna"), pair("München", "Munich"),
    pair("Köln", "Cologne"), pair("Nürnberg", "Nuremberg"), pair("Hannover", "Hanover"), pair("Reval", "Tallinn"), pair("Frankreich", "France"),
    pair("Großbritannien", "Great Britain"), pair("Schottland", "Scotland"), pair("Irland", "Ireland"), pair("Nordirland", "Northern Ireland"), pair("Spanien", "Spain"),
    pair("Italien", "Italy"), pair("Österreich", "Austria"), pair("Schweiz", "Switzerland"), pair("Polen", "Poland"), pair("Tschechien", "Czechia"),
    pair("Slowakei", "Slovakia"), pair("Slowenien", "Slovenia"), pair("Ungarn", "Hungary"), pair("Rumänien", "Romania"), pair("Bulgarien", "Bulgaria"),
    pair("Griechenland", "Greece"), pair("Türkei", "Turkey"), pair("Russland", "Russia"), pair("Weißrussland", "Belarus"), 
    pair("Schweden", "Sweden"), pair("Norwegen", "Norway"), pair("Dänemark", "Denmark"), pair("Finnland", "Finland"), pair("Niederlande", "Netherlands"),
    pair("Belgien", "Belgium"), pair("Luxemburg", "Luxembourg"), pair("Kroatien", "Croatia"), pair("Serbien", "Serbia"), pair("Bosnien", "Bosnia"),
    pair("Albanien", "Albania"), pair("Nordmazedonien", "North Macedonia"), pair("Lettland", "Latvia"), pair("Litauen", "Lithuania"), pair("Estland", "Estonia"),
    pair("Georgien", "Georgia"), pair("Armenien", "Armenia"), pair("Aserbaidschan", "Azerbaijan"), pair("Kasachstan", "Kazakhstan"), pair("Usbekistan", "Uzbekistan"),
    pair("Indien", "India"), pair("Indonesien", "Indonesia"), pair("Kambodscha", "Cambodia"), pair("Philippinen", "Philippines"), pair("Neuseeland", "New Zealand"),
    pair("Australien", "Australia"), pair("Nordkorea", "North Korea"), pair("Südkorea", "South Korea"), pair("Syrien", "Syria"), pair("Libanon", "Lebanon"),
    pair("Jordanien", "Jordan"), pair("Saudi-Arabien", "Saudi Arabia"), pair("Jemen", "Yemen"), pair("Irak", "Iraq"), pair("Katar", "Qatar"),
    pair("Ägypten", "Egypt"), pair("Libyen", "Libya"), pair("Tunesien", "Tunisia"), pair("Marokko", "Morocco"), pair("Algerien", "Algeria"),
    pair("Äthiopien", "Ethiopia"), pair("Kenia", "Kenya"), pair("Südafrika", "South Africa"), pair("Elfenbeinküste", "Ivory Coast"), pair("Kamerun", "Cameroon"),
    pair("Ruanda", "Rwanda"), pair("Simbabwe", "Zimbabwe"), pair("Sambia", "Zambia"), pair("Mosambik", "Mozambique"), 
    pair("Kanada", "Canada"), pair("Mexiko", "Mexico"), pair("Brasilien", "Brazil"), pair("Argentinien", "Argentina"), pair("Kolumbien", "Colombia"),
    pair("Bolivien", "Bolivia"), pair("Kuba", "Cuba"), pair("Zypern", "Cyprus"), pair("Kreta", "Crete"), pair("Sizilien", "Sicily"),
    pair("Sardinien", "Sardinia"), pair("Korsika", "Corsica"), pair("Toskana", "Tuscany"), pair("Katalonien", "Catalonia"), pair("Andalusien", "Andalusia"),
    pair("Elsass", "Alsace"), pair("Lothringen", "Lorraine"), pair("Südtirol", "South Tyrol"), pair("Steiermark", "Styria"), pair("Kärnten", "Carinthia"),
    pair("Schlesien", "Silesia"), pair("Kaschmir", "Kashmir"), pair("Sachsen", "Saxony"), pair("Niedersachsen", "Lower Saxony"),
    pair("Sachsen-Anhalt", "Saxony-Anhalt"), pair("Thüringen", "Thuringia"), pair("Nordrhein-Westfalen", "North Rhine-Westphalia"), pair("Rheinland-Pfalz", "Rhineland-Palatinate"), pair("Donau", "Danube"),
    pair("Rhein", "Rhine"), pair("Themse", "Thames"), pair("Weichsel", "Vistula"), pair("Bodensee", "Lake Constance"),
];

/// The place that `word` names in German: its name, with the ending of the genitive (`Kiews`), or of the people and things from it
/// (`Kölner`). Case matters.
pub fn exonym(word: &str) -> Option<&'static Exonym> {
    let is_form = |exonym: &&Exonym| {
        let name_end = word.strip_prefix(exonym.german);
        name_end.is_some_and(|ending| {
            matches!(ending, "" | "s" | "er")
                && (ending != "er" || (exonym.german.chars().count() >= 4 && exonym.german != "Schweiz"))
        })
    };
    EXONYMS.iter().find(is_form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_names_of_places_are_known_in_their_forms() {
        for (word, wanted) in [
            ("Kiew", Some("Kyiv")),
            ("Kiews", Some("Kyiv")),
            ("Kölner", Some("Cologne")),
            ("Pjöngjangs", Some("Pyongyang")),
            ("Römer", None),
            ("Kieler", None),
            ("kiew", None),
        ] {
            assert_eq!(exonym(word).map(|exonym| exonym.english), wanted, "{word}");
        }
    }
}
