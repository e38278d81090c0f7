//! Places and what each language calls them, where the names differ.

/// A place with a German and an English name.
#[derive(Clone, Copy, Debug)]
pub struct Exonym {
    /// The German name, as it is written.
    pub german: &'static str,
    /// The English name, as it is written.
    pub english: &'static str,
}

const fn exonym_pair(german: &'static str, english: &'static str) -> Exonym {
    Exonym { german, english }
}

/// Cities, countries, regions and rivers of German news whose names differ. A German name that is also an English word is not
/// among them.
#[rustfmt::skip]
pub const EXONYMS: &[Exonym] = &[
    exonym_pair("Kiew", "Kyiv"), exonym_pair("Charkiw", "Kharkiv"), exonym_pair("Lemberg", "Lviv"), exonym_pair("Tschernobyl", "Chernobyl"), exonym_pair("Saporischschja", "Zaporizhzhia"),
    exonym_pair("Mykolajiw", "Mykolaiv"), exonym_pair("Donezk", "Donetsk"), exonym_pair("Cherson", "Kherson"), exonym_pair("Tschernihiw", "Chernihiv"),
    exonym_pair("Moskau", "Moscow"), exonym_pair("Wolgograd", "Volgograd"), exonym_pair("Wladiwostok", "Vladivostok"), exonym_pair("Sotschi", "Sochi"),
    exonym_pair("Grosny", "Grozny"), exonym_pair("Tschetschenien", "Chechnya"), exonym_pair("Nowosibirsk", "Novosibirsk"), exonym_pair("Tiflis", "Tbilisi"), exonym_pair("Eriwan", "Yerevan"),
    exonym_pair("Taschkent", "Tashkent"), exonym_pair("Peking", "Beijing"), exonym_pair("Schanghai", "Shanghai"), exonym_pair("Hongkong", "Hong Kong"), exonym_pair("Singapur", "Singapore"),
    exonym_pair("Pjöngjang", "Pyongyang"), exonym_pair("Tokio", "Tokyo"), exonym_pair("Hiroschima", "Hiroshima"), exonym_pair("Fukuschima", "Fukushima"), exonym_pair("Neu-Delhi", "New Delhi"),
    exonym_pair("Kalkutta", "Kolkata"), exonym_pair("Rangun", "Yangon"), exonym_pair("Dschakarta", "Jakarta"), exonym_pair("Teheran", "Tehran"),
    exonym_pair("Bagdad", "Baghdad"), exonym_pair("Mossul", "Mosul"), exonym_pair("Damaskus", "Damascus"), exonym_pair("Kairo", "Cairo"), exonym_pair("Alexandrien", "Alexandria"),
    exonym_pair("Riad", "Riyadh"), exonym_pair("Mekka", "Mecca"), exonym_pair("Dschidda", "Jeddah"), exonym_pair("Khartum", "Khartoum"),
    exonym_pair("Tripolis", "Tripoli"), exonym_pair("Algier", "Algiers"), exonym_pair("Mogadischu", "Mogadishu"), exonym_pair("Kapstadt", "Cape Town"),
    exonym_pair("Havanna", "Havana"), exonym_pair("Mexiko-Stadt", "Mexico City"), exonym_pair("Brüssel", "Brussels"), exonym_pair("Antwerpen", "Antwerp"), exonym_pair("Lüttich", "Liège"),
    exonym_pair("Brügge", "Bruges"), exonym_pair("Gent", "Ghent"), exonym_pair("Kopenhagen", "Copenhagen"), exonym_pair("Göteborg", "Gothenburg"),
    exonym_pair("Warschau", "Warsaw"), exonym_pair("Krakau", "Kraków"), exonym_pair("Danzig", "Gdańsk"), exonym_pair("Breslau", "Wrocław"), exonym_pair("Stettin", "Szczecin"),
    exonym_pair("Prag", "Prague"), exonym_pair("Pilsen", "Plzeň"), exonym_pair("Pressburg", "Bratislava"), exonym_pair("Bukarest", "Bucharest"),
    exonym_pair("Belgrad", "Belgrade"), exonym_pair("Laibach", "Ljubljana"), exonym_pair("Athen", "Athens"), exonym_pair("Saloniki", "Thessaloniki"),
    exonym_pair("Nikosia", "Nicosia"), exonym_pair("Rom", "Rome"), exonym_pair("Mailand", "Milan"), exonym_pair("Venedig", "Venice"), exonym_pair("Neapel", "Naples"),
    exonym_pair("Florenz", "Florence"), exonym_pair("Genua", "Genoa"), exonym_pair("Syrakus", "Syracuse"), exonym_pair("Lissabon", "Lisbon"),
    exonym_pair("Sevilla", "Seville"), exonym_pair("Saragossa", "Zaragoza"), exonym_pair("Nizza", "Nice"), exonym_pair("Straßburg", "Strasbourg"), exonym_pair("Dünkirchen", "Dunkirk"),
    exonym_pair("Genf", "Geneva"), exonym_pair("Zürich", "Zurich"), exonym_pair("Luzern", "Lucerne"), exonym_pair("Wien", "Vienna"), exonym_pair("München", "Munich"),
    exonym_pair("Köln", "Cologne"), exonym_pair("Nürnberg", "Nuremberg"), exonym_pair("Hannover", "Hanover"), exonym_pair("Reval", "Tallinn"), exonym_pair("Frankreich", "France"),
    exonym_pair("Großbritannien", "Great Britain"), exonym_pair("Schottland", "Scotland"), exonym_pair("Irland", "Ireland"), exonym_pair("Nordirland", "Northern Ireland"), exonym_pair("Spanien", "Spain"),
    exonym_pair("Italien", "Italy"), exonym_pair("Österreich", "Austria"), exonym_pair("Schweiz", "Switzerland"), exonym_pair("Polen", "Poland"), exonym_pair("Tschechien", "Czechia"),
    exonym_pair("Slowakei", "Slovakia"), exonym_pair("Slowenien", "Slovenia"), exonym_pair("Ungarn", "Hungary"), exonym_pair("Rumänien", "Romania"), exonym_pair("Bulgarien", "Bulgaria"),
    exonym_pair("Griechenland", "Greece"), exonym_pair("Türkei", "Turkey"), exonym_pair("Russland", "Russia"), exonym_pair("Weißrussland", "Belarus"), 
    exonym_pair("Schweden", "Sweden"), exonym_pair("Norwegen", "Norway"), exonym_pair("Dänemark", "Denmark"), exonym_pair("Finnland", "Finland"), exonym_pair("Niederlande", "Netherlands"),
    exonym_pair("Belgien", "Belgium"), exonym_pair("Luxemburg", "Luxembourg"), exonym_pair("Kroatien", "Croatia"), exonym_pair("Serbien", "Serbia"), exonym_pair("Bosnien", "Bosnia"),
    exonym_pair("Albanien", "Albania"), exonym_pair("Nordmazedonien", "North Macedonia"), exonym_pair("Lettland", "Latvia"), exonym_pair("Litauen", "Lithuania"), exonym_pair("Estland", "Estonia"),
    exonym_pair("Georgien", "Georgia"), exonym_pair("Armenien", "Armenia"), exonym_pair("Aserbaidschan", "Azerbaijan"), exonym_pair("Kasachstan", "Kazakhstan"), exonym_pair("Usbekistan", "Uzbekistan"),
    exonym_pair("Indien", "India"), exonym_pair("Indonesien", "Indonesia"), exonym_pair("Kambodscha", "Cambodia"), exonym_pair("Philippinen", "Philippines"), exonym_pair("Neuseeland", "New Zealand"),
    exonym_pair("Australien", "Australia"), exonym_pair("Nordkorea", "North Korea"), exonym_pair("Südkorea", "South Korea"), exonym_pair("Syrien", "Syria"), exonym_pair("Libanon", "Lebanon"),
    exonym_pair("Jordanien", "Jordan"), exonym_pair("Saudi-Arabien", "Saudi Arabia"), exonym_pair("Jemen", "Yemen"), exonym_pair("Irak", "Iraq"), exonym_pair("Katar", "Qatar"),
    exonym_pair("Ägypten", "Egypt"), exonym_pair("Libyen", "Libya"), exonym_pair("Tunesien", "Tunisia"), exonym_pair("Marokko", "Morocco"), exonym_pair("Algerien", "Algeria"),
    exonym_pair("Äthiopien", "Ethiopia"), exonym_pair("Kenia", "Kenya"), exonym_pair("Südafrika", "South Africa"), exonym_pair("Elfenbeinküste", "Ivory Coast"), exonym_pair("Kamerun", "Cameroon"),
    exonym_pair("Ruanda", "Rwanda"), exonym_pair("Simbabwe", "Zimbabwe"), exonym_pair("Sambia", "Zambia"), exonym_pair("Mosambik", "Mozambique"), 
    exonym_pair("Kanada", "Canada"), exonym_pair("Mexiko", "Mexico"), exonym_pair("Brasilien", "Brazil"), exonym_pair("Argentinien", "Argentina"), exonym_pair("Kolumbien", "Colombia"),
    exonym_pair("Bolivien", "Bolivia"), exonym_pair("Kuba", "Cuba"), exonym_pair("Zypern", "Cyprus"), exonym_pair("Kreta", "Crete"), exonym_pair("Sizilien", "Sicily"),
    exonym_pair("Sardinien", "Sardinia"), exonym_pair("Korsika", "Corsica"), exonym_pair("Toskana", "Tuscany"), exonym_pair("Katalonien", "Catalonia"), exonym_pair("Andalusien", "Andalusia"),
    exonym_pair("Elsass", "Alsace"), exonym_pair("Lothringen", "Lorraine"), exonym_pair("Südtirol", "South Tyrol"), exonym_pair("Steiermark", "Styria"), exonym_pair("Kärnten", "Carinthia"),
    exonym_pair("Schlesien", "Silesia"), exonym_pair("Kaschmir", "Kashmir"), exonym_pair("Sachsen", "Saxony"), exonym_pair("Niedersachsen", "Lower Saxony"),
    exonym_pair("Sachsen-Anhalt", "Saxony-Anhalt"), exonym_pair("Thüringen", "Thuringia"), exonym_pair("Nordrhein-Westfalen", "North Rhine-Westphalia"), exonym_pair("Rheinland-Pfalz", "Rhineland-Palatinate"), exonym_pair("Donau", "Danube"),
    exonym_pair("Rhein", "Rhine"), exonym_pair("Themse", "Thames"), exonym_pair("Weichsel", "Vistula"), exonym_pair("Bodensee", "Lake Constance"),
];

/// Words before the place in the name of a sports club, which is the same in English: `FC Köln`.
pub const CLUB_WORDS: &[&str] =
    &["FC", "SV", "TSV", "SC", "VfL", "VfB", "Bayern", "Rapid", "Austria", "Fortuna", "Eintracht", "BV", "FK"];

/// The place that `german_word` names in German: its name, with the ending of the genitive (`Kiews`), or of the people and things from it
/// (`Kölner`). Case matters.
pub fn exonym(german_word: &str) -> Option<&'static Exonym> {
    let is_form = |exonym: &&Exonym| {
        let ending_of_name = german_word.strip_prefix(exonym.german);
        ending_of_name.is_some_and(|name_ending| {
            matches!(name_ending, "" | "s" | "er")
                && (name_ending != "er" || (exonym.german.chars().count() >= 4 && exonym.german != "Schweiz"))
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
