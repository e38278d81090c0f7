//! English words that news writes with a capital and that are no names.

/// Offices, institutions, peoples, days, months and what opens quotations, in lower case. Sorted. Collected from
/// capitalised words of news translations without a similar word in their German, and pruned by hand.
#[rustfmt::skip]
const CAPITALISED_ENGLISH_WORDS: &[&str] = &[
    "about", "academy", "access", "account", "acre", "act", "administrator", "admiralty", "advent", "adventures",
    "affairs", "african", "african-american", "after", "again", "against", "age", "agency", "agents", "agriculture",
    "aid", "air", "aircraft", "airmail", "airport", "all", "allies", "almighty", "alpha", "alps", "also", "although",
    "ambassador", "american", "analysis", "and", "angels", "another", "antarctic", "apart", "app", "apple", "april",
    "arab", "arabic", "archbishop", "are", "area", "arena", "argentine", "armed", "army", "around", "arrow", "art",
    "asia", "asian", "assembly", "assist", "associate", "athletic", "atomic", "attorney", "atv", "audit", "auditors",
    "august", "authorities", "autumn", "avenue", "award", "background", "bad", "bail", "bailiwick", "ball", "baltic",
    "band", "bank", "base", "bath", "battery", "battle", "bay", "beach", "bear", "beat", "before", "belgium", "bell",
    "bench", "bible", "big", "biggest", "bills", "birthday", "bishop", "black", "block", "board", "boat", "body",
    "book", "boot", "both", "bottom", "bowl", "box", "boy", "branch", "bridge", "britain", "british", "britons",
    "brother", "brotherhood", "brown", "budget", "build", "bull", "bundesliga", "bundesrat", "bundestag", "bureau",
    "but", "cabinet", "caesarean", "call", "camp", "campaign", "canal", "cancer", "captain", "car", "card", "care",
    "cartel", "case", "castle", "catch", "catholic", "cell", "celsius", "census", "center", "centre", "century",
    "certificate", "chair", "chairman", "chairwoman", "challenge", "chamber", "chancellor", "channel", "chapel",
    "chapter", "chase", "chief", "child", "childhood", "children", "chinese-american", "choice", "christ",
    "christmas", "church", "churches", "cinema", "circle", "citizens", "city", "civil", "classic", "clause", "clean",
    "clearest", "climate", "clock", "clone", "close", "cloud", "club", "cluster", "coal", "coast", "code", "col",
    "cold", "college", "colonel", "combat", "combine", "commander", "commerce", "commissioner", "committee", "common",
    "communist", "companies", "company", "complete", "computer", "conduct", "confederacy", "confederate", "congress",
    "congressman", "congresswoman", "conservatives", "container", "content", "contest", "contract", "control",
    "cookie", "core", "council", "councillor", "counsel", "count", "counties", "country", "county", "courage",
    "court", "credit", "cretaceous", "crime", "cross", "crown", "crusade", "culture", "cup", "custom", "customize",
    "cycle", "cyrillic", "daily", "dark", "data", "database", "day", "dead", "death", "debconf", "dec", "december",
    "defense", "degrees", "delivery", "democracy", "democrat", "democratic", "deputies", "deputy", "desert",
    "desperately", "despite", "developer", "director", "disease", "district", "docs", "doctor", "domestic", "double",
    "dr", "drug", "dual", "duke", "dutch", "eagle", "early", "earth", "east", "easter", "eastern", "economic",
    "economy", "edge", "editor", "effect", "eight", "elder", "embassy", "emergency", "emperor", "empire", "energy",
    "engine", "english", "enquiry", "epic", "espionage", "estate", "euro", "europa", "european", "eve", "events",
    "every", "exchange", "exercise", "exile", "exposure", "eyes", "face", "faculty", "fair", "fall", "famous",
    "farmer", "fast", "fear", "features", "field", "fifth", "files", "filipino", "film", "final", "fire", "first",
    "five", "flag", "flash", "flight", "flyer", "focus", "font", "food", "football", "for", "force", "foreign",
    "foreigner", "forest", "foreword", "forget", "form", "formula", "founder", "fountain", "four", "framework",
    "franconia", "free", "freedom", "french", "frenchman", "frequent", "friday", "friends", "from", "front", "fund",
    "game", "garden", "gate", "genuine", "german", "germany", "girl", "god", "good", "gospel", "gothic", "gov",
    "governor", "grand", "great", "greater", "greek", "green", "grid", "group", "guard", "guide", "guidelines",
    "guitar", "gulf", "gymnast", "hall", "hands", "happy", "hardware", "hate", "head", "health", "heart", "help",
    "her", "here", "heritage", "high", "higher", "highlights", "highway", "hill", "himself", "his", "hits", "hockey",
    "holiday", "holy", "home", "honor", "hood", "hope", "host", "house", "how", "however", "human", "hurricane",
    "hymns", "ice", "ids", "images", "inaccurate", "independent", "indoor", "industry", "infantry", "infrastructure",
    "inner", "inputs", "installer", "institute", "interest", "interface", "interior", "intermediate", "internet",
    "interstate", "irish", "iron", "islamic", "islamist", "island", "issue", "jersey", "jesus", "jewish", "jews",
    "jobs", "joint", "judge", "july", "june", "justice", "kids", "king", "kingdom", "klansman", "knights", "know",
    "kurdish", "kurds", "labor", "labour", "lady", "lake", "lane", "language", "law", "lawyer", "leader", "league",
    "leather", "left", "legislature", "let", "level", "liberty", "license", "life", "light", "like", "line", "link",
    "lions", "list", "little", "live", "long", "lord", "lost", "love", "lower", "madam", "magazine", "magnitude",
    "mail", "main", "maintainer", "majesty", "man", "manager", "manifesto", "many", "march", "market", "marketplace",
    "mass", "masses", "master", "mate", "matter", "may", "maybe", "mayor", "meanwhile", "medal", "media",
    "mediterranean", "member", "men", "mercy", "middle", "midwest", "might", "milky", "mini", "minister",
    "minister-president", "ministry", "minster", "minutes", "mirror", "miss", "missile", "mobile", "mode",
    "monastery", "monday", "money", "monitor", "moon", "more", "most", "mother", "motherhood", "motor", "motorway",
    "mount", "mountain", "mozilla", "mr", "ms", "much", "museum", "music", "muslim", "nature", "navy", "nazi", "net",
    "network", "new", "newspaper", "next", "night", "nine", "norse", "north", "northeast", "northern", "nos", "not",
    "note", "notice", "november", "now", "nuclear", "ocean", "october", "off", "office", "officer", "old", "olympic",
    "one", "online", "only", "open", "opera", "operator", "orchestra", "order", "origin", "orthodox", "other",
    "ottoman", "our", "out", "outlook", "ozone", "pacific", "package", "page", "pain", "paint", "palace",
    "palatinate", "panel", "paper", "parish", "park", "part", "party", "passes", "password", "path", "peace",
    "peninsula", "pensioner", "pentecost", "people", "persons", "phase", "philharmonic", "piano", "picture",
    "picture-in-picture", "plan", "play", "player", "please", "pocket", "police", "policy", "polish", "pool", "pope",
    "port", "possible", "post", "power", "precept", "premier", "present", "presidency", "president", "prime",
    "prince", "princess", "principles", "prison", "privacy", "prix", "prize", "prof", "progress", "project",
    "properties", "prosecutor", "prostitute", "protect", "provides", "province", "public", "pump", "push", "queen",
    "radio", "railroad", "railway", "ramadan", "read", "reader", "real", "recovery", "red", "refugee", "register",
    "release", "relief", "rep", "report", "republic", "republican", "rescue", "research", "reserve", "resident",
    "resources", "revenue", "review", "right", "river", "road", "roadmap", "roll", "roman", "room", "royal", "rules",
    "run", "safety", "saint", "sales", "santa", "saturday", "saviour", "saxon", "scene", "schedule", "scheme",
    "school", "scottish", "scout", "scratch", "sculpture", "sea", "seal", "search", "season", "second", "secret",
    "secure", "self", "senate", "senator", "send", "senior", "september", "series", "service", "shadow", "she",
    "shia", "ships", "shire", "shoe", "short", "show", "shrimp", "sicily", "sign", "silver", "since", "singer",
    "single", "sir", "sisterhood", "site", "six", "skills", "slavic", "slight", "slots", "small", "snow", "socialist",
    "society", "software", "sold", "solo", "sometimes", "sonata", "sons", "sound", "source", "south", "southeast",
    "southern", "southwest", "sovereign", "soviet", "space", "spaniard", "spanish", "speaker", "specialist", "speech",
    "spirit", "sport", "squad", "squadron", "square", "st", "stack", "stadium", "staff", "stand", "star", "state",
    "status", "stay", "steel", "step", "stock", "stone", "stop", "store", "stories", "story", "strait", "strategic",
    "street", "student", "studies", "suit", "summer", "summit", "sun", "sunday", "super", "superior", "support",
    "supporter", "supreme", "swiss", "symphony", "sync", "syndrome", "system", "target", "task", "tax", "teacher",
    "team", "tech", "technology", "telescope", "temple", "tent", "tenth", "tenure", "term", "test", "testimony",
    "thames", "that", "the", "theater", "theatre", "there", "these", "they", "third", "thirty", "this", "thousand",
    "three", "thursday", "ticket", "time", "today", "too", "tools", "tories", "tour", "tower", "town", "trace",
    "track", "trade", "traffic", "train", "transport", "travel", "treasury", "treaty", "trees", "trial", "true",
    "truth", "tuesday", "turkish", "turks", "twelfth", "twin", "two", "ultimate", "union", "unit", "update", "upper",
    "use", "user", "valentine", "valley", "value", "various", "vehicle", "very", "vice", "vice-chancellor", "visitor",
    "vol", "volunteer", "wall", "want", "war", "ward", "warriors", "watch", "water", "way", "weapons", "web",
    "wednesday", "week", "weekday", "weekend", "weekly", "welfare", "well", "welsh", "were", "west", "western",
    "what", "where", "while", "white", "whitsun", "who", "wiki", "wind", "window", "wine", "winner", "with", "woman",
    "women", "wooden", "woody", "word", "works", "world", "write", "yeah", "year", "yes", "you", "young", "younger",
    "your", "youth", "zone", "zoo",
];

/// Endings of English words that names hardly ever have.
#[rustfmt::skip]
const ENGLISH_ENDINGS_OF_NO_NAMES: &[&str] = &[
    "ing", "ion", "ions", "ment", "ments", "ers", "al", "als", "ity", "ics", "ance", "ence", "ism", "ists",
    "ship", "ness", "ary", "ory", "ive", "ed", "ful", "less", "ant", "ants", "ian", "ians", "ese",
];

/// True if `english_word`, in lower case, is no name even where it has a capital.
pub fn is_no_name(english_word: &str) -> bool {
    let is_listed = |word_form: &str| CAPITALISED_ENGLISH_WORDS.binary_search(&word_form).is_ok();
    let has_ending = |word_form: &str| {
        word_form.len() > 5 && ENGLISH_ENDINGS_OF_NO_NAMES.iter().any(|ending| word_form.ends_with(ending))
    };
    let singular = english_word.strip_suffix('s').unwrap_or(english_word);
    [english_word, singular].into_iter().any(|word_form| is_listed(word_form) || has_ending(word_form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_and_are_no_names() {
        assert!(CAPITALISED_ENGLISH_WORDS.is_sorted());
        assert!(is_no_name("chancellor") && !is_no_name("merkel"));
    }
}
