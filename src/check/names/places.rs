//! Countries, regions and cities that have an English name of their own.

use super::counterpart::Counterpart;

/// Endings of place names and of the words derived from them.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "", "s", "er", "ern", "ers", "e", "en", "n", "in", "innen", "isch", "ische", "ischen", "ischer", "land", "lands",
    "ien", "iens", "a", "as", "o", "os", "ei", "ier", "iern", "rin", "reich", "reichs", "ose", "osen",
];

/// The place that a German word in lower case names, alone or as the first part of a hyphenated compound.
pub(super) fn place_named_by(word: &str) -> Option<&'static Counterpart> {
    let part = word.split('-').next().unwrap_or_default();
    // With an ending: `Roms`, `Russen`, but not `Romane`.
    let is_form = |form: &&str| {
        let (stem, min_ending) = form.strip_suffix('-').map_or((*form, 0), |stem| (stem, 1));
        part.strip_prefix(stem).is_some_and(|ending| ending.len() >= min_ending && ENDINGS.contains(&ending))
    };
    PLACES.iter().find(|place| place.german.iter().any(&is_form))
}

/// True if `name`, in lower case, is what English calls a place.
pub(super) fn is_english_place(name: &str) -> bool {
    PLACES.iter().any(|place| place.english.contains(&name))
}

/// Countries, regions and cities.
#[rustfmt::skip]
pub(super) const PLACES: &[Counterpart] = &[
    Counterpart { german: &["frankreich", "franz-"], english: &["france", "french"] },
    Counterpart { german: &["großbritannien", "britisch", "brit-"], english: &["britain", "british", "brit-", "uk", "kingdom", "england", "u.k"] },
    Counterpart { german: &["england", "englisch", "engländer"], english: &["england", "english"] },
    Counterpart { german: &["schottland", "schott-"], english: &["scotland", "scot", "scottish"] },
    Counterpart { german: &["irland", "iren", "irisch"], english: &["ireland", "irish"] },
    Counterpart { german: &["spanien", "spanisch"], english: &["spain", "spanish", "spaniard"] },
    Counterpart { german: &["italien"], english: &["italy", "italian"] },
    Counterpart { german: &["österreich"], english: &["austria"] },
    Counterpart { german: &["schweiz"], english: &["switzerland", "swiss"] },
    Counterpart { german: &["polen", "polnisch"], english: &["poland", "polish", "pole"] },
    Counterpart { german: &["tschech-"], english: &["czech"] },
    Counterpart { german: &["ungarn", "ungar-"], english: &["hungary", "hungarian"] },
    Counterpart { german: &["rumän-"], english: &["romania"] },
    Counterpart { german: &["bulgar-"], english: &["bulgaria"] },
    Counterpart { german: &["griechenland", "griech-"], english: &["greece", "greek"] },
    Counterpart { german: &["türkei", "türk-"], english: &["turkey", "turk", "türkiye"] },
    Counterpart { german: &["russland", "russ-"], english: &["russia"] },
    Counterpart { german: &["ukrain"], english: &["ukrain"] },
    Counterpart { german: &["belarus", "weißruss"], english: &["belarus"] },
    Counterpart { german: &["schweden", "schwed-"], english: &["sweden", "swed"] },
    Counterpart { german: &["norweg-"], english: &["norw"] },
    Counterpart { german: &["dänemark", "dän-"], english: &["denmark", "danish", "dane"] },
    Counterpart { german: &["finnland", "finn-"], english: &["finland", "finn-"] },
    Counterpart { german: &["niederland", "niederländ", "holland"], english: &["netherlands", "dutch", "holland"] },
    Counterpart { german: &["belgien", "belg"], english: &["belg"] },
    Counterpart { german: &["luxemburg"], english: &["luxembourg"] },
    Counterpart { german: &["kroat-"], english: &["croat"] },
    Counterpart { german: &["serbien", "serb"], english: &["serb"] },
    Counterpart { german: &["griech-"], english: &["greek", "greece"] },
    Counterpart { german: &["china", "chines"], english: &["china", "chinese", "beijing"] },
    Counterpart { german: &["japan"], english: &["japan"] },
    Counterpart { german: &["indien", "indisch", "inder"], english: &["india"] },
    Counterpart { german: &["pakistan"], english: &["pakistan"] },
    Counterpart { german: &["afghan"], english: &["afghan"] },
    Counterpart { german: &["irak"], english: &["iraq"] },
    Counterpart { german: &["iran"], english: &["iran"] },
    Counterpart { german: &["syrien", "syrisch", "syrer"], english: &["syria"] },
    Counterpart { german: &["israel"], english: &["israel"] },
    Counterpart { german: &["palästin"], english: &["palestin"] },
    Counterpart { german: &["ägypt"], english: &["egypt"] },
    Counterpart { german: &["libyen", "libysch"], english: &["libya"] },
    Counterpart { german: &["tunes"], english: &["tunis"] },
    Counterpart { german: &["marokk"], english: &["morocc"] },
    Counterpart { german: &["algeri"], english: &["algeria"] },
    Counterpart { german: &["südafrik"], english: &["south africa"] },
    Counterpart { german: &["nordkorea"], english: &["north korea"] },
    Counterpart { german: &["südkorea"], english: &["south korea"] },
    Counterpart { german: &["austral"], english: &["austral"] },
    Counterpart { german: &["neuseeland"], english: &["new zealand"] },
    Counterpart { german: &["kanada", "kanad"], english: &["canad"] },
    Counterpart { german: &["mexik"], english: &["mexic"] },
    Counterpart { german: &["brasil"], english: &["brazil"] },
    Counterpart { german: &["argentin"], english: &["argentin"] },
    Counterpart { german: &["kuba", "kuban"], english: &["cuba"] },
    Counterpart { german: &["saudi"], english: &["saudi"] },
    Counterpart { german: &["jemen"], english: &["yemen"] },
    Counterpart { german: &["libanon", "libanes"], english: &["leban"] },
    Counterpart { german: &["jordan"], english: &["jordan"] },
    Counterpart { german: &["katar"], english: &["qatar"] },
    Counterpart { german: &["europ"], english: &["europ", "eu"] },
    Counterpart { german: &["afrika", "afrikan"], english: &["africa"] },
    Counterpart { german: &["asien", "asiat"], english: &["asia"] },
    Counterpart { german: &["münchen", "münchner", "münchener"], english: &["munich", "bayern", "münchen", "muenchen"] },
    Counterpart { german: &["köln"], english: &["cologne", "köln", "koeln", "fc"] },
    Counterpart { german: &["nürnberg"], english: &["nuremberg", "nürnberg", "nuernberg"] },
    Counterpart { german: &["hannover"], english: &["hanover", "hannover"] },
    Counterpart { german: &["braunschweig"], english: &["brunswick", "braunschweig"] },
    Counterpart { german: &["wien"], english: &["vienna", "viennese", "wien", "rapid"] },
    Counterpart { german: &["zürich", "zürcher"], english: &["zurich", "zürich"] },
    Counterpart { german: &["genf"], english: &["geneva", "genevan"] },
    Counterpart { german: &["basel", "basler"], english: &["basel", "basle"] },
    Counterpart { german: &["brüssel"], english: &["brussels"] },
    Counterpart { german: &["prag"], english: &["prague"] },
    Counterpart { german: &["warschau"], english: &["warsaw"] },
    Counterpart { german: &["moskau"], english: &["moscow", "muscov"] },
    Counterpart { german: &["kiew"], english: &["kyiv", "kiev"] },
    Counterpart { german: &["athen"], english: &["athen"] },
    Counterpart { german: &["rom"], english: &["rome", "roman", "roma"] },
    Counterpart { german: &["mailand"], english: &["milan"] },
    Counterpart { german: &["venedig"], english: &["venice", "venetian"] },
    Counterpart { german: &["neapel"], english: &["naples", "neapol"] },
    Counterpart { german: &["florenz"], english: &["florence", "florent"] },
    Counterpart { german: &["turin"], english: &["turin", "torino"] },
    Counterpart { german: &["lissabon"], english: &["lisbon", "lissabon"] },
    Counterpart { german: &["kopenhagen"], english: &["copenhagen"] },
    Counterpart { german: &["peking"], english: &["beijing", "peking"] },
    Counterpart { german: &["tokio"], english: &["tokyo"] },
    Counterpart { german: &["pjöngjang"], english: &["pyongyang"] },
    Counterpart { german: &["jerusalem"], english: &["jerusalem"] },
    Counterpart { german: &["kairo"], english: &["cairo"] },
    Counterpart { german: &["damaskus"], english: &["damascus"] },
    Counterpart { german: &["bagdad"], english: &["baghdad"] },
    Counterpart { german: &["teheran"], english: &["tehran"] },
    Counterpart { german: &["bayern", "bayer", "bayerisch"], english: &["bavaria", "bayern", "bayer"] },
    Counterpart { german: &["sachsen", "sächsisch"], english: &["saxon"] },
    Counterpart { german: &["thüringen", "thüring"], english: &["thuring"] },
    Counterpart { german: &["hessen", "hessisch"], english: &["hess"] },
    Counterpart { german: &["niedersachsen"], english: &["lower saxony"] },
    Counterpart { german: &["nordrhein-westfalen"], english: &["north rhine", "nrw", "north-rhine"] },
    Counterpart { german: &["rheinland-pfalz"], english: &["rhineland"] },
    Counterpart { german: &["mecklenburg"], english: &["mecklenburg"] },
    Counterpart { german: &["donau"], english: &["danube"] },
    Counterpart { german: &["rhein"], english: &["rhine", "rhein", "rhenish", "rheinland"] },
    Counterpart { german: &["kaschmir"], english: &["kashmir"] },
    Counterpart { german: &["berlin"], english: &["berlin"] },
    Counterpart { german: &["hamburg"], english: &["hamburg", "hsv"] },
    Counterpart { german: &["paris"], english: &["paris"] },
    Counterpart { german: &["london"], english: &["london"] },
    Counterpart { german: &["madrid"], english: &["madrid", "real"] },
    Counterpart { german: &["washington"], english: &["washington"] },
];
