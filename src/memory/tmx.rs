//! A store ↔ TMX 1.4, the exchange format of translation memories, which other tools read.
//!
//! Properties hold what depesche needs to recall a sentence (recipe, score, flags), so an import restores the store to the byte. Text that
//! XML cannot carry is added as hexadecimal digits. Units without a recipe, such as those of other tools, are counted and not taken:
//! nothing says which model with which settings would have made them.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::error::Error;
use super::recipe::key;
use super::record::Record;
use super::store::Store;
use crate::generation::Output;

/// Units committed together.
const COMMIT_SIZE: usize = 1000;

/// The prefix of our properties' names.
const PROPERTY_PREFIX: &str = "x-depesche-";

const TMX_OPENING: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n<tmx version=\"1.4\">\n",
    "<header creationtool=\"depesche\" creationtoolversion=\"",
    env!("CARGO_PKG_VERSION"),
    "\" segtype=\"sentence\" o-tmf=\"depesche\" adminlang=\"en\" srclang=\"de\" datatype=\"plaintext\"/>\n<body>\n",
);

const TMX_CLOSING: &str = "</body>\n</tmx>\n";

/// What an import did with the units of a TMX file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Units that are in the store now.
    pub taken: u64,
    /// Units that do not say what made them, or not correctly.
    pub passed_over: u64,
}

/// Writes everything in `store` to `out` and returns the number of sentences.
///
/// # Errors
/// [`Error::Export`] if `out` cannot be written to; [`Error::Store`] and others if the store fails.
pub fn export(store: &Store, out: &mut dyn Write) -> Result<u64, Error> {
    let mut exported_sentences = 0;
    let mut written = out.write_all(TMX_OPENING.as_bytes());
    store.each(|model, record| {
        written = write_unit(model, &record, out);
        exported_sentences += 1;
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    let closed = written.and_then(|()| out.write_all(TMX_CLOSING.as_bytes())).and_then(|()| out.flush());
    closed.map_err(|source| Error::Export { source })?;
    Ok(exported_sentences)
}

/// Writes everything in `store` to the file at `path`, whole or not at all.
///
/// # Errors
/// Those of [`export`].
pub fn export_to(store: &Store, path: &Path) -> Result<u64, Error> {
    let mut incomplete_tmx = path.as_os_str().to_owned();
    incomplete_tmx.push(".part");
    let cannot_write = |source| Error::Export { source };
    let mut out = BufWriter::new(File::create(&incomplete_tmx).map_err(cannot_write)?);
    let exported_sentences = export(store, &mut out)?;
    fs::rename(&incomplete_tmx, path).map_err(cannot_write)?;
    Ok(exported_sentences)
}

/// Puts the units of the TMX file at `path` into `store`, up to the first mistake in the file.
///
/// # Errors
/// [`Error::Import`] if the file cannot be read as XML; [`Error::Store`] and others if the store fails.
pub fn import(store: &Store, path: &Path) -> Result<Imported, Error> {
    let cannot_open =
        |source: io::Error| Error::Import { path: path.into(), source: quick_xml::Error::from(source).into() };
    let file = File::open(path).map_err(cannot_open)?;
    let mut units = Units { reader: Reader::from_reader(BufReader::new(file)), bytes: Vec::new() };
    let mut imported = Imported::default();
    let (mut records, mut recipes) = (Vec::new(), Vec::new());
    loop {
        let unit = units.next().map_err(|source| Error::Import { path: path.into(), source: source.into() });
        let is_last = !matches!(unit, Ok(Some(_)));
        match unit.as_ref().ok().and_then(|unit| unit.as_ref()).map(Unit::record) {
            Some(Some((model, record))) => {
                let key = key(&record.recipe, &record.source);
                records.push((key, record.to_bytes(&key)));
                recipes.push((record.recipe, model));
                imported.taken += 1;
            }
            Some(None) => imported.passed_over += 1,
            None => {}
        }
        if records.len() >= COMMIT_SIZE || is_last {
            recipes.sort_unstable();
            recipes.dedup();
            store.put(&std::mem::take(&mut records), &std::mem::take(&mut recipes))?;
        }
        if unit?.is_none() {
            return Ok(imported);
        }
    }
}

fn write_unit(model: &str, record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let Record { recipe, source, output: Output { text, score, tokens, split, cut, unknown } } = record;
    writeln!(out, "<tu>")?;
    let mut property = |name: &str, value: &str| {
        writeln!(out, "<prop type=\"{PROPERTY_PREFIX}{name}\">{}</prop>", escape(readable(value)))
    };
    property("model", model)?;
    property("recipe", &hexadecimal(recipe))?;
    property("tokens", &tokens.to_string())?;
    if let Some(score) = score {
        // The shortest digits that parse as exactly this number.
        property("score", &score.to_string())?;
    }
    let flags = [("split", split), ("cut", cut), ("unknown", unknown)];
    for (name, _) in flags.iter().filter(|(_, is_set)| **is_set) {
        property(name, "yes")?;
    }
    for (name, text) in [("source", source), ("target", text)] {
        if readable(text) != *text {
            property(name, &hexadecimal(text.as_bytes()))?;
        }
    }
    for (language, text) in [("de", source), ("en", text)] {
        writeln!(out, "<tuv xml:lang=\"{language}\"><seg>{}</seg></tuv>", escape(readable(text)))?;
    }
    writeln!(out, "</tu>")
}

/// `text` with replacement characters for what XML cannot carry or would change.
fn readable(text: &str) -> String {
    let is_carried = |character: char| match character {
        '\t' | '\n' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        _ => character >= ' ' && !('\u{7f}'..='\u{9f}').contains(&character),
    };
    text.chars().map(|character| if is_carried(character) { character } else { '\u{fffd}' }).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that hexadecimal `digits` stand for.
fn from_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// One translation unit of a file.
#[derive(Default)]
struct Unit {
    /// Our properties, without their prefix.
    properties: Vec<(String, String)>,
    /// Language and text.
    variants: Vec<(String, String)>,
}

impl Unit {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The text in `language`: the exact bytes in the property `exact` if there is one, else the variant.
    fn text(&self, language: &str, exact: &str) -> Option<String> {
        match self.property(exact) {
            Some(digits) => String::from_utf8(from_hexadecimal(digits)?).ok(),
            None => self.variants.iter().find(|(known, _)| known == language).map(|(_, text)| text.clone()),
        }
    }

    /// Name of the model and record; `None` unless the unit says what made it.
    fn record(&self) -> Option<(String, Record)> {
        let score = match self.property("score") {
            Some(score) => Some(score.parse::<f32>().ok().filter(|score| score.is_finite())?),
            None => None,
        };
        let has = |flag| self.property(flag).is_some();
        let record = Record {
            recipe: from_hexadecimal(self.property("recipe")?)?.try_into().ok()?,
            source: self.text("de", "source")?,
            output: Output {
                text: self.text("en", "target")?,
                score,
                tokens: self.property("tokens")?.parse::<u32>().ok()? as usize,
                split: has("split"),
                cut: has("cut"),
                unknown: has("unknown"),
            },
        };
        Some((self.property("model")?.to_owned(), record))
    }
}

/// The units of a file, one at a time.
struct Units<Source> {
    reader: Reader<Source>,
    bytes: Vec<u8>,
}

impl<Source: io::BufRead> Units<Source> {
    /// The next unit; `None` at the end.
    fn next(&mut self) -> Result<Option<Unit>, quick_xml::Error> {
        let mut unit: Option<Unit> = None;
        // The name of the property or the language of the variant that the next text belongs to.
        let (mut property_name, mut language, mut unit_text) = (None, String::new(), None::<String>);
        loop {
            self.bytes.clear();
            match self.reader.read_event_into(&mut self.bytes)? {
                Event::Start(start) => match start.name().as_ref() {
                    "tu" => unit = Some(Unit::default()),
                    "tuv" => {
                        language = attribute(&start, "xml:lang")?.or(attribute(&start, "lang")?).unwrap_or_default();
                    }
                    "prop" => {
                        property_name = attribute(&start, "type")?;
                        unit_text = Some(String::new());
                    }
                    "seg" => unit_text = Some(String::new()),
                    _ => {}
                },
                Event::Text(part) => {
                    if let Some(unit_text) = &mut unit_text {
                        unit_text.push_str(&part.xml10_content());
                    }
                }
                Event::CData(part) => {
                    if let Some(unit_text) = &mut unit_text {
                        unit_text.push_str(&part.xml10_content());
                    }
                }
                Event::GeneralRef(reference) => {
                    if let Some(unit_text) = &mut unit_text {
                        push_reference(&reference, unit_text)?;
                    }
                }
                Event::End(end) => match (end.name().as_ref(), &mut unit) {
                    ("tu", unit @ Some(_)) => return Ok(unit.take()),
                    ("prop", Some(unit)) => {
                        let own_property = property_name
                            .take()
                            .and_then(|property_name| Some(property_name.strip_prefix(PROPERTY_PREFIX)?.to_owned()));
                        unit.properties.extend(own_property.zip(unit_text.take()));
                    }
                    ("seg", Some(unit)) => {
                        let language = language.get(..2).unwrap_or_default().to_ascii_lowercase();
                        unit.variants.extend(unit_text.take().map(|unit_text| (language, unit_text)));
                    }
                    _ => {}
                },
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, quick_xml::Error> {
    let found_attribute = start.try_get_attribute(name)?;
    Ok(found_attribute.map(|found_attribute| found_attribute.value.into_owned()))
}

/// Adds what a reference such as `&amp;` or `&#228;` stands for. Entities that a file declares itself are not resolved: they could
/// expand to more than fits into memory.
fn push_reference(reference: &BytesRef<'_>, text: &mut String) -> Result<(), quick_xml::Error> {
    if let Some(character) = reference.resolve_char_ref()? {
        text.push(character);
    } else {
        text.push_str(resolve_predefined_entity(reference).unwrap_or("\u{fffd}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::record::tests::outputs;
    use super::super::{Memory, Recipe};
    use super::*;
    use crate::settings::Settings;

    fn store(folder: &Path, name: &str) -> Store {
        Store::open(&folder.join(name)).unwrap().0
    }

    fn everything(store: &Store) -> Vec<(String, Record)> {
        let mut found = Vec::new();
        let all = store.each(|model, record| {
            found.push((model.to_owned(), record));
            ControlFlow::Continue(())
        });
        all.unwrap();
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn what_is_exported_and_imported_is_the_same_store(
            kept in prop::collection::vec((any::<String>(), outputs()), 0..30), model in any::<String>(),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let (here, there) = (store(folder.path(), "here"), store(folder.path(), "there"));
            let model = readable(&model);
            let memory = Memory::new(here.clone(), Recipe::new(&model, &Settings::default()));
            memory.keep(&kept.iter().map(|(text, output)| (text.as_str(), output.clone())).collect::<Vec<_>>());
            memory.flush();
            let file = folder.path().join("m.tmx");
            let count = export_to(&here, &file).unwrap();
            let imported = import(&there, &file).unwrap();
            prop_assert_eq!(imported, Imported { taken: count, passed_over: 0 });
            prop_assert_eq!(everything(&there), everything(&here));
        }

        #[test]
        fn no_file_is_a_panic(bytes in any::<Vec<u8>>(), inside in "(<tu>|</tu>|<seg>|</seg>|<prop type=\"x-depesche-recipe\">|</prop>|&#x0;|&a;|a|<tuv xml:lang='d'>|</tuv>){0,30}") {
            let folder = tempfile::tempdir().unwrap();
            let store = store(folder.path(), "m");
            for content in [bytes, inside.into_bytes()] {
                let file = folder.path().join("m.tmx");
                fs::write(&file, content).unwrap();
                let _ = import(&store, &file);
            }
            prop_assert!(everything(&store).is_empty());
        }
    }

    #[test]
    fn units_of_other_tools_are_counted_and_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.tmx");
        let unit = "<tu><tuv xml:lang='de-DE'><seg>A &lt; B</seg></tuv><tuv xml:lang='EN'><seg>C</seg></tuv></tu>";
        fs::write(&file, format!("<tmx version='1.4'><body>{unit}{unit}</body></tmx>")).unwrap();
        let imported = import(&store(folder.path(), "m"), &file).unwrap();
        assert_eq!(imported, Imported { taken: 0, passed_over: 2 });
        fs::write(&file, "<tmx><body><tu></seg>").unwrap();
        assert!(matches!(import(&store(folder.path(), "m"), &file), Err(Error::Import { .. })));
    }
}
