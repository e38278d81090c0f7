//! The numbers of a text, by value: digits as each language groups them, number words, magnitudes, times and dates.
//!
//! A number often has more than one reading (`15.30` is a time or a decimal), so a [`Quantity`] has several, and one
//! that fits is enough. What is not sure is read generously: a doubt that is none wastes a reader's time.

/// A number as it stands in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantity<'a> {
    /// The text it was read from, with its unit of magnitude.
    pub(super) text: &'a str,
    /// What it may be: in each reading, the values that all have to be there.
    pub(super) readings: Vec<Vec<f64>>,
    /// Values that it may stand for beside those of its readings, if the other side asks.
    loose: Vec<f64>,
    /// True if it was written in digits.
    pub(super) digits: bool,
}

/// How a language writes numbers.
pub(super) struct Language {
    decimal: char,
    thousands: char,
    magnitudes: &'static [(&'static str, f64)],
    /// The value of a number word, and whether the other language has to have it.
    word: fn(&str) -> Option<(f64, bool)>,
}

pub(super) const GERMAN: Language = Language {
    decimal: ',',
    thousands: '.',
    magnitudes: &[
        ("hundert", 1e2),
        ("tausend", 1e3),
        ("tsd", 1e3),
        ("million", 1e6),
        ("millionen", 1e6),
        ("mio", 1e6),
        ("mill", 1e6),
        ("milliarde", 1e9),
        ("milliarden", 1e9),
        ("mrd", 1e9),
        ("billion", 1e12),
        ("billionen", 1e12),
        ("bio", 1e12),
    ],
    word: german_word,
};

pub(super) const ENGLISH: Language = Language {
    decimal: '.',
    thousands: ',',
    magnitudes: &[
        ("hundred", 1e2),
        ("thousand", 1e3),
        ("k", 1e3),
        ("million", 1e6),
        ("millions", 1e6),
        ("mn", 1e6),
        ("m", 1e6),
        ("billion", 1e9),
        ("billions", 1e9),
        ("bn", 1e9),
        ("b", 1e9),
        ("trillion", 1e12),
        ("trillions", 1e12),
        ("tn", 1e12),
    ],
    word: english_word,
};

/// A number that a text states.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// As it is written there.
    pub text: String,
    /// What it may be: in each reading, the values that all have to be there.
    readings: Vec<Vec<f64>>,
}

/// The numbers of a `text` in English, or in German, that another text on the same thing has to have, too. `One` is a pronoun more
/// often than not.
pub fn numbers(text: &str, language: crate::document::Language) -> Vec<Number> {
    let language = if language == crate::document::Language::GERMAN { &GERMAN } else { &ENGLISH };
    let stated = quantities(text, language).into_iter().map(|quantity| {
        let in_words = quantity.loose.last().filter(|value| !quantity.digits && **value >= 2.0);
        let readings = if quantity.readings.is_empty() {
            in_words.map(|value| vec![*value]).into_iter().collect()
        } else {
            quantity.readings
        };
        Number { text: quantity.text.to_owned(), readings }
    });
    stated.filter(|number| !number.readings.is_empty()).collect()
}

/// What texts have of numbers, by value.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    values: Vec<f64>,
}

impl Figures {
    /// Adds the numbers of a sentence in both languages.
    pub fn add(&mut self, english: &str, german: &str) {
        for quantity in quantities(english, &ENGLISH).into_iter().chain(quantities(german, &GERMAN)) {
            self.values.extend(quantity.readings.into_iter().flatten());
            // `8 million` is no 8, but of a number in words nothing else may be left.
            if !quantity.digits {
                self.values.extend(quantity.loose);
            }
        }
    }

    /// True if some reading of `number` is among them.
    pub fn have(&self, number: &Number) -> bool {
        let is_there = |value: &f64| self.values.iter().any(|known| same(*known, *value));
        number.readings.iter().any(|values| values.iter().all(is_there))
    }
}

/// Two values are the same if they are written the same: sums of decimals are not exact.
pub(super) fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

/// Every value that `quantities` may stand for.
pub(super) fn values(quantities: &[Quantity<'_>]) -> Vec<f64> {
    quantities.iter().flat_map(|quantity| quantity.readings.iter().flatten().chain(&quantity.loose)).copied().collect()
}

/// The numbers of `text`, in order.
pub(super) fn quantities<'a>(text: &'a str, language: &Language) -> Vec<Quantity<'a>> {
    let tokens = tokens(text);
    let mut quantities = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (quantity, next) = if tokens[at].digits {
            let (quantity, next) = in_digits(text, &tokens[at..], language);
            (Some(quantity), next)
        } else if let Some(value) = roman(tokens[at].text) {
            let quantity =
                Quantity { text: tokens[at].text, readings: vec![vec![value]], loose: Vec::new(), digits: true };
            (Some(quantity), 1)
        } else {
            in_words(text, &tokens[at..], language)
        };
        quantities.extend(quantity);
        at += next;
    }
    quantities
}

/// The value of a Roman numeral from II to XXXIX, as popes, wars and chapters have them. One letter alone may be anything, and
/// letters of higher numerals are acronyms more often than not.
pub(super) fn roman(word: &str) -> Option<f64> {
    const ONES: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    let tens = word.bytes().take_while(|letter| *letter == b'X').count();
    let (_, ones) = word.split_at_checked(tens)?;
    // IX begins with the letter of one.
    let ones = ONES.iter().position(|known| *known == ones)?;
    (word.len() > 1 && tens <= 3).then_some((10 * tens + ones) as f64)
}

/// `english` with the numerals that were taken over from `german` as they stood written the English way: `1.240` and
/// `3,5` become `1,240` and `3.5`; `None` if there are none.
pub fn anglicised(german: &str, english: &str) -> Option<String> {
    let copied = |token: &Token<'_>| {
        // One reading in German, another in English.
        let german_values = GERMAN.read(token.text);
        let [value] = &german_values[..] else { return false };
        token.digits && token.text.contains(['.', ',']) && value.len() == 1 && !ENGLISH.read(token.text).contains(value)
    };
    let numerals: Vec<&str> = tokens(german).iter().filter(|token| copied(token)).map(|token| token.text).collect();
    let mut rewritten = String::with_capacity(english.len());
    let mut end = 0;
    for token in tokens(english).iter().filter(|token| numerals.contains(&token.text)) {
        rewritten.push_str(&english[end..token.start]);
        let swapped = token.text.chars().map(|character| match character {
            '.' => ',',
            ',' => '.',
            digit => digit,
        });
        rewritten.extend(swapped);
        end = token.end();
    }
    rewritten.push_str(&english[end..]);
    (end > 0).then_some(rewritten)
}

/// Digits with the marks within them, or letters.
#[derive(Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    start: usize,
    digits: bool,
}

impl Token<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let length = if first.is_ascii_digit() {
            let mut characters = rest.char_indices().peekable();
            let mut length = 0;
            while let Some((place, character)) = characters.next() {
                let next_is_digit = characters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
                if !(character.is_ascii_digit() || matches!(character, '.' | ',' | ':') && next_is_digit) {
                    break;
                }
                length = place + 1;
            }
            length
        } else {
            rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len())
        };
        if length > 0 {
            tokens.push(Token { text: &rest[..length], start, digits: first.is_ascii_digit() });
            start += length;
        } else {
            start += first.len_utf8();
        }
    }
    tokens
}

/// The number that `tokens` begin with, and how many of them it takes.
fn in_digits<'a>(text: &'a str, tokens: &[Token<'a>], language: &Language) -> (Quantity<'a>, usize) {
    let first = tokens[0];
    let gap = |one: &Token<'_>, other: &Token<'_>| text.get(one.end()..other.start).unwrap_or_default();
    let mut readings = language.read(first.text);
    let mut taken = 1;
    // `10 000` and `10'000`.
    let mut merged = String::from(first.text);
    if first.text.len() <= 3 && plain(first.text) {
        while let Some(next) = tokens.get(taken) {
            let joined = matches!(gap(&tokens[taken - 1], next), " " | "\u{a0}" | "\u{202f}" | "'" | "’");
            if !(joined && next.digits && next.text.len() == 3 && plain(next.text)) {
                break;
            }
            merged.push_str(next.text);
            taken += 1;
        }
    }
    let mut loose = Vec::new();
    if taken > 1 {
        // Two numbers side by side look the same.
        let apart: Vec<f64> = tokens[..taken].iter().filter_map(|token| token.text.parse().ok()).collect();
        readings = vec![merged.parse().into_iter().collect(), apart];
    }
    let last = tokens[taken - 1];
    let follows = |at: usize| -> Option<(&str, String)> {
        let next = tokens.get(at).filter(|next| !next.digits)?;
        Some((gap(&tokens[at - 1], next), next.text.to_lowercase()))
    };
    let is_joined = |gap: &str| matches!(gap, "" | " " | "\u{a0}" | "\u{202f}" | "-" | "\u{2011}" | "\u{a0}-");
    let scale =
        |at: usize| follows(at).filter(|(gap, _)| is_joined(gap)).and_then(|(_, word)| language.magnitude(&word));
    let mut end = last.end();
    if let Some(scale) = scale(taken) {
        loose.extend(readings.iter().flatten());
        let unscaled = readings.clone();
        readings.iter_mut().flatten().for_each(|value| *value *= scale);
        if tokens[taken].text.len() == 1 {
            // `1500m` is a distance too.
            readings.extend(unscaled);
        }
        end = tokens[taken].end();
        taken += 1;
    } else if let Some(scale) = range_scale(tokens, taken, &scale) {
        // `12 bis 13 Millionen`
        let scaled = readings.iter().map(|values| values.iter().map(|value| value * scale).collect());
        let scaled: Vec<_> = scaled.collect();
        readings.extend(scaled);
    } else if let Some((gap, word)) = follows(taken) {
        let hour = matches!(word.as_str(), "uhr" | "pm" | "p" | "am" | "a" | "h" | "o" | "noon" | "midnight");
        let decade = gap.is_empty() && matches!(word.as_str(), "er" | "ern" | "s");
        for values in readings.clone() {
            let Some(value) = values.first().copied() else { continue };
            let mut with = |first: f64| readings.push([&[first], &values[1..]].concat());
            if hour || first.text.contains(':') || values.len() == 2 {
                if value > 12.0 {
                    with(value - 12.0)
                } else {
                    with(value + 12.0)
                }
                if value == 0.0 {
                    with(12.0);
                }
            }
            if decade && value < 100.0 {
                with(1900.0 + value);
                with(2000.0 + value);
            } else if decade {
                with(value % 100.0);
            }
        }
    }
    if first.text.contains(':') {
        // What ends a sentence is a time all the same.
        for values in readings.clone() {
            if let [hour, minute] = values[..]
                && hour > 12.0
            {
                readings.push(vec![hour - 12.0, minute]);
            }
        }
    }
    // A full hour.
    let full: Vec<Vec<f64>> =
        readings.iter().filter(|values| values.len() == 2 && values[1] == 0.0).map(|values| vec![values[0]]).collect();
    readings.extend(full);
    (Quantity { text: &text[first.start..end], readings, loose, digits: true }, taken)
}

/// The magnitude of the second number of a range whose first one ends before `at`.
fn range_scale(tokens: &[Token<'_>], at: usize, scale: &dyn Fn(usize) -> Option<f64>) -> Option<f64> {
    const BETWEEN: [&str; 9] = ["bis", "und", "oder", "auf", "to", "and", "or", "from", "von"];
    // A few words may stand between: `von 12 auf rund 13 Millionen`.
    (at..(at + 6).min(tokens.len()))
        .find_map(|place| if tokens[place].digits { scale(place + 1) } else { None })
        .filter(|_| {
            let next = tokens.get(at);
            next.is_some_and(|next| next.digits)
                || tokens[at..(at + 4).min(tokens.len())]
                    .iter()
                    .any(|token| BETWEEN.contains(&token.text.to_lowercase().as_str()))
        })
}

/// The number in words that `tokens` begin with, if they do, and how many tokens were looked at.
fn in_words<'a>(text: &'a str, tokens: &[Token<'a>], language: &Language) -> (Option<Quantity<'a>>, usize) {
    let (mut total, mut current, mut taken, mut needed) = (0.0, 0.0, 0, false);
    let mut loose = Vec::new();
    while let Some(token) = tokens.get(taken).filter(|token| !token.digits) {
        let word = token.text.to_lowercase();
        // A sentence or a list goes on behind a mark; parts of one number stand together.
        let apart = taken > 0
            && !matches!(
                text.get(tokens[taken - 1].end()..token.start),
                Some("" | " " | "-" | "\u{a0}" | "\u{2011}" | "\u{2010}")
            );
        if apart {
            break;
        }
        if let Some((value, is_needed)) = (language.word)(&word) {
            loose.push(value);
            // `twenty five`, but not `two three`.
            // `two and a half million` too.
            let continues =
                taken == 0 || current == 0.0 || (current >= 20.0 && value < 10.0) || current >= 100.0 || value == 0.5;
            if !continues {
                break;
            }
            current += value;
            needed |= is_needed;
        } else if let Some(scale) = language.magnitude(&word).filter(|_| word.len() > 2) {
            loose.push(scale);
            current = if current == 0.0 { 1.0 } else { current } * scale;
            if scale >= 1e3 {
                total += current;
                current = 0.0;
            }
        } else if !(taken > 0 && matches!(word.as_str(), "a" | "and" | "of")) {
            break;
        }
        taken += 1;
    }
    if taken == 0 || loose.is_empty() {
        return (None, taken.max(1));
    }
    let value = total + current;
    let quantity = Quantity {
        text: &text[tokens[0].start..tokens[taken - 1].end()],
        readings: if needed { vec![vec![value]] } else { Vec::new() },
        loose: {
            loose.push(value);
            loose
        },
        digits: false,
    };
    (Some(quantity), taken)
}

fn plain(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

impl Language {
    fn magnitude(&self, word: &str) -> Option<f64> {
        self.magnitudes.iter().find(|(name, _)| *name == word).map(|(_, scale)| *scale)
    }

    /// What digits with marks within them may be.
    fn read(&self, run: &str) -> Vec<Vec<f64>> {
        let parts: Vec<&str> = run.split(['.', ',', ':']).collect();
        let numbers: Vec<f64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
        let grouped = |text: &str, mark: char| {
            let mut groups = text.split(mark);
            groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && plain(first))
                && groups.all(|group| group.len() == 3 && plain(group))
        };
        let value = |text: &str| text.replace(self.thousands, "").replace(self.decimal, ".").parse().ok();
        let marks: Vec<char> = run.chars().filter(|character| !character.is_ascii_digit()).collect();
        let reading = |value: Option<f64>| value.map(|value| vec![value]);
        match marks[..] {
            [] => vec![numbers],
            [mark] if mark == self.thousands && grouped(run, mark) => reading(value(run)).into_iter().collect(),
            [mark] if mark == self.decimal => {
                // English has times with a full stop, which is its decimal mark too.
                let time = (self.decimal == '.' && parts[1].len() == 2).then(|| numbers.clone());
                reading(value(run)).into_iter().chain(time).collect()
            }
            // German dates and times; decimals in foreign names.
            ['.'] => vec![numbers, run.parse().into_iter().collect()],
            [':' | ','] => vec![numbers],
            ['.', '.'] if numbers.len() == 3 => {
                let (day, year) = (numbers[0], numbers[2]);
                let years = if year < 100.0 { vec![year, 1900.0 + year, 2000.0 + year] } else { vec![year] };
                let dates = years.into_iter().map(|year| vec![day, year]);
                dates.chain(grouped(run, self.thousands).then(|| reading(value(run))).flatten()).collect()
            }
            _ => {
                let (whole, fraction) = run.split_once(self.decimal).unwrap_or((run, ""));
                let is_number = grouped(whole, self.thousands) && plain(fraction);
                if is_number { reading(value(run)).into_iter().collect() } else { vec![numbers] }
            }
        }
    }
}

/// German number words that compounds are made of.
#[rustfmt::skip]
const GERMAN_WORDS: &[(&str, f64)] = &[
    ("zwei", 2.0), ("drei", 3.0), ("vier", 4.0), ("fünf", 5.0), ("sechs", 6.0), ("sieben", 7.0), ("acht", 8.0),
    ("neun", 9.0), ("zehn", 10.0), ("elf", 11.0), ("zwölf", 12.0), ("dreizehn", 13.0), ("vierzehn", 14.0),
    ("fünfzehn", 15.0), ("sechzehn", 16.0), ("siebzehn", 17.0), ("achtzehn", 18.0), ("neunzehn", 19.0),
    ("zwanzig", 20.0), ("dreißig", 30.0), ("dreissig", 30.0), ("vierzig", 40.0), ("fünfzig", 50.0),
    ("sechzig", 60.0), ("siebzig", 70.0), ("achtzig", 80.0), ("neunzig", 90.0),
];

/// German words with the value of a number that English may put otherwise: nothing is missing without them.
#[rustfmt::skip]
const GERMAN_LOOSE: &[(&str, f64)] = &[
    ("ein", 1.0), ("eins", 1.0), ("eine", 1.0), ("einen", 1.0), ("einem", 1.0), ("einer", 1.0), ("eines", 1.0),
    ("einmal", 1.0), ("zweimal", 2.0), ("dreimal", 3.0), ("beide", 2.0), ("beiden", 2.0), ("halb", 0.5),
    ("halbe", 0.5), ("halben", 0.5), ("halbes", 0.5), ("hälfte", 0.5), ("anderthalb", 1.5), ("eineinhalb", 1.5),
    ("zweieinhalb", 2.5), ("dutzend", 12.0), ("doppelt", 2.0), ("doppelte", 2.0), ("mittag", 12.0),
    ("mitternacht", 12.0), ("null", 0.0), ("januar", 1.0), ("februar", 2.0), ("märz", 3.0), ("april", 4.0),
    ("mai", 5.0), ("juni", 6.0), ("juli", 7.0), ("august", 8.0), ("september", 9.0), ("oktober", 10.0),
    ("november", 11.0), ("dezember", 12.0), ("drittel", 3.0), ("viertel", 4.0), ("hunderte", 100.0),
    ("tausende", 1000.0), ("zweit", 2.0), ("dritt", 3.0), ("viert", 4.0), ("fünft", 5.0), ("sechst", 6.0),
    ("siebt", 7.0), ("acht", 8.0), ("neunt", 9.0), ("zehnt", 10.0), ("elft", 11.0), ("zwölft", 12.0),
    ("erst", 1.0), ("ii", 2.0), ("iii", 3.0), ("iv", 4.0), ("vi", 6.0), ("vii", 7.0), ("viii", 8.0), ("ix", 9.0),
    ("xi", 11.0), ("xii", 12.0), ("xiv", 14.0), ("xvi", 16.0),
];

fn found(words: &[(&str, f64)], word: &str) -> Option<f64> {
    words.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

fn german_word(word: &str) -> Option<(f64, bool)> {
    if let Some(value) = german_number(word, 0).filter(|value| *value > 1.0) {
        return Some((value, true));
    }
    if let Some(value) = word.strip_suffix("er").and_then(|decade| found(GERMAN_WORDS, decade)) {
        return Some((value, false));
    }
    let stem = || ["en", "er", "es", "em", "e"].iter().find_map(|ending| word.strip_suffix(ending));
    found(GERMAN_LOOSE, word).or_else(|| found(GERMAN_LOOSE, stem()?)).map(|value| (value, false))
}

/// The value of a German number word: `zwölf`, `einundzwanzig`, `zweihundertfünfzig`. No deeper than numbers are.
fn german_number(word: &str, depth: usize) -> Option<f64> {
    if let Some(value) = found(GERMAN_WORDS, word) {
        return Some(value);
    }
    if depth > 0 && matches!(word, "ein" | "eins") {
        return Some(1.0);
    }
    if depth > 3 {
        return None;
    }
    for (name, scale) in [("tausend", 1e3), ("hundert", 1e2)] {
        if let Some((before, behind)) = word.split_once(name) {
            // Alone it is a magnitude, which the caller knows.
            if before.is_empty() && behind.is_empty() {
                return None;
            }
            let times = if before.is_empty() { 1.0 } else { german_number(before, depth + 1)? };
            let behind = behind.strip_prefix("und").unwrap_or(behind);
            let rest = if behind.is_empty() { 0.0 } else { german_number(behind, depth + 1)? };
            return Some(times * scale + rest);
        }
    }
    let (unit, tens) = word.split_once("und")?;
    let unit = german_number(unit, depth + 1).filter(|unit| *unit < 10.0)?;
    let tens = found(GERMAN_WORDS, tens).filter(|tens| *tens >= 20.0)?;
    Some(unit + tens)
}

/// English number words, cardinals and ordinals.
#[rustfmt::skip]
const ENGLISH_WORDS: &[(&str, f64)] = &[
    ("one", 1.0), ("two", 2.0), ("three", 3.0), ("four", 4.0), ("five", 5.0), ("six", 6.0), ("seven", 7.0),
    ("eight", 8.0), ("nine", 9.0), ("ten", 10.0), ("eleven", 11.0), ("twelve", 12.0), ("thirteen", 13.0),
    ("fourteen", 14.0), ("fifteen", 15.0), ("sixteen", 16.0), ("seventeen", 17.0), ("eighteen", 18.0),
    ("nineteen", 19.0), ("twenty", 20.0), ("thirty", 30.0), ("forty", 40.0), ("fifty", 50.0), ("sixty", 60.0),
    ("seventy", 70.0), ("eighty", 80.0), ("ninety", 90.0), ("first", 1.0), ("second", 2.0), ("third", 3.0),
    ("thirds", 3.0), ("fourth", 4.0), ("fifth", 5.0), ("sixth", 6.0), ("seventh", 7.0), ("eighth", 8.0),
    ("ninth", 9.0), ("tenth", 10.0), ("eleventh", 11.0), ("twelfth", 12.0), ("thirteenth", 13.0),
    ("fourteenth", 14.0), ("fifteenth", 15.0), ("sixteenth", 16.0), ("seventeenth", 17.0), ("eighteenth", 18.0),
    ("nineteenth", 19.0), ("twentieth", 20.0), ("thirtieth", 30.0), ("hundredth", 100.0), ("zero", 0.0),
    ("half", 0.5), ("quarter", 4.0), ("quarters", 4.0), ("once", 1.0), ("twice", 2.0), ("both", 2.0),
    ("double", 2.0), ("doubled", 2.0), ("pair", 2.0), ("couple", 2.0), ("twin", 2.0), ("twins", 2.0),
    ("either", 2.0), ("halves", 2.0), ("duo", 2.0), ("triple", 3.0), ("tripled", 3.0), ("trio", 3.0), ("thrice", 3.0),
    ("quadruple", 4.0), ("dozen", 12.0), ("noon", 12.0), ("midnight", 12.0), ("decade", 10.0), ("decades", 10.0),
    ("century", 100.0), ("fortnight", 14.0), ("twenties", 20.0), ("thirties", 30.0), ("forties", 40.0),
    ("fifties", 50.0), ("sixties", 60.0), ("seventies", 70.0), ("eighties", 80.0), ("nineties", 90.0),
    ("ii", 2.0), ("iii", 3.0), ("iv", 4.0), ("vi", 6.0), ("vii", 7.0), ("viii", 8.0), ("ix", 9.0), ("xi", 11.0),
    ("xii", 12.0), ("xiv", 14.0), ("xvi", 16.0), ("january", 1.0), ("february", 2.0), ("march", 3.0),
    ("april", 4.0), ("may", 5.0), ("june", 6.0), ("july", 7.0), ("august", 8.0), ("september", 9.0),
    ("october", 10.0), ("november", 11.0), ("december", 12.0),
];

fn english_word(word: &str) -> Option<(f64, bool)> {
    found(ENGLISH_WORDS, word).map(|value| (value, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, language: &Language, wanted: f64) -> bool {
        values(&quantities(text, language)).into_iter().any(|value| same(value, wanted))
    }

    #[test]
    fn german_numbers_have_their_values() {
        for (text, wanted) in [
            ("12,5 Mio. Euro", 12.5e6),
            ("1.234,56 Euro", 1234.56),
            ("12.500 Menschen", 12_500.0),
            ("10 000 Menschen", 10_000.0),
            ("3,2 Milliarden", 3.2e9),
            ("eine Billion", 1e12),
            ("um 20 Uhr", 8.0),
            ("um 15.30 Uhr", 30.0),
            ("am 3.10.1990", 1990.0),
            ("die 80er Jahre", 1980.0),
            ("einundzwanzig Kinder", 21.0),
            ("zweihundertfünfzig", 250.0),
            ("zwölf", 12.0),
            ("zwei Millionen", 2e6),
            ("12 bis 13 Millionen", 12e6),
            ("100-Millionen-Marke", 100e6),
        ] {
            assert!(has(text, &GERMAN, wanted), "{text}: {:?}", quantities(text, &GERMAN));
        }
    }

    #[test]
    fn english_numbers_have_their_values() {
        for (text, wanted) in [
            ("12.5 million euros", 12.5e6),
            ("$12.5m", 12.5e6),
            ("€3.2bn", 3.2e9),
            ("1,234.56", 1234.56),
            ("twenty-one", 21.0),
            ("two hundred and fifty", 250.0),
            ("two and a half million", 2.5e6),
            ("half a million", 0.5e6),
            ("a million", 1e6),
            ("the 1980s", 80.0),
            ("7.30 pm", 30.0),
            ("the 19th century", 19.0),
        ] {
            assert!(has(text, &ENGLISH, wanted), "{text}: {:?}", quantities(text, &ENGLISH));
        }
    }

    #[test]
    fn copied_numerals_are_written_the_english_way() {
        for (german, english, wanted) in [
            ("1.240 Schiffe", "1.240 ships", Some("1,240 ships")),
            ("um 3,5 Prozent auf 1.234,5", "by 3,5 percent to 1.234,5", Some("by 3.5 percent to 1,234.5")),
            ("um 3,5 Prozent", "by 3.5 percent", None),
            ("um 19.30 Uhr", "at 19.30", None),
            ("am 3.10.1990", "on 3.10.1990", None),
            ("Version 2.0", "version 2.0", None),
            ("keine Zahl", "1.240 ships", None),
        ] {
            assert_eq!(anglicised(german, english).as_deref(), wanted, "{german}");
        }
    }

    #[test]
    fn a_mark_of_the_other_language_is_another_value() {
        assert!(!has("12.500 people", &ENGLISH, 12_500.0));
        assert!(!has("12,5 percent", &ENGLISH, 12.5));
    }
}
