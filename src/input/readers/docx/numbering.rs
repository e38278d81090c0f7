//! The lists of a Word document → the number of each item, as Word shows it.

use std::collections::BTreeMap;

use super::super::super::source::ReadError;
use super::super::office::numeral;
use super::super::xml::{Markup, walk};

/// Levels of a list.
const LEVELS: usize = 9;

/// The lists of a document, and how far each is counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// For each list the definition that it follows.
    lists: BTreeMap<u64, u64>,
    definitions: BTreeMap<u64, Definition>,
    /// The numbers of the last item, by definition and level. `None` before the first.
    counts: BTreeMap<u64, [Option<u32>; LEVELS]>,
}

#[derive(Debug, Default)]
struct Definition {
    levels: BTreeMap<usize, Level>,
}

#[derive(Clone, Debug, Default)]
struct Level {
    /// `decimal`, `bullet`, `lowerLetter` and the like.
    format: String,
    /// What is shown, as `%1.%2`.
    text: String,
    start: Option<u32>,
}

/// Reads the part `numbering.xml`.
///
/// # Errors
/// If it is not well formed.
pub(super) fn read(xml: &str) -> Result<Numbering, ReadError> {
    let mut numbering = Numbering::default();
    let (mut definition, mut level, mut list) = (None, None, None);
    walk(xml, "numbering.xml", |markup| {
        let Markup::Open(element) = markup else { return };
        let value = element.attribute("val").unwrap_or_default();
        let number = |name: &str| element.attribute(name).and_then(|number| number.parse::<u64>().ok());
        match element.name.as_str() {
            "abstractNum" => {
                definition = number("abstractNumId");
                (level, list) = (None, None);
            }
            "lvl" => level = number("ilvl").map(|level| level as usize).filter(|level| *level < LEVELS),
            "num" => {
                list = number("numId");
                (definition, level) = (None, None);
            }
            "abstractNumId" => {
                if let (Some(list), Ok(of)) = (list, value.parse()) {
                    numbering.lists.insert(list, of);
                }
            }
            "numFmt" | "lvlText" | "start" => {
                let (Some(definition), Some(level)) = (definition, level) else { return };
                let levels = &mut numbering.definitions.entry(definition).or_default().levels;
                let entry = levels.entry(level).or_default();
                match element.name.as_str() {
                    "numFmt" => entry.format = value.to_owned(),
                    "lvlText" => entry.text = value.to_owned(),
                    _ => entry.start = value.parse().ok(),
                }
            }
            _ => {}
        }
    })?;
    Ok(numbering)
}

impl Numbering {
    /// Counts another item of `list` at `level`, from 0, and gives its number as it is shown; `None` for a bullet.
    pub(super) fn next_label(&mut self, list: u64, level: usize) -> Option<String> {
        let level = level.min(LEVELS - 1);
        let definition_id = *self.lists.get(&list)?;
        let definition = self.definitions.get(&definition_id)?;
        let counts = self.counts.entry(definition_id).or_default();
        let start = |level: usize| definition.levels.get(&level).and_then(|level| level.start).unwrap_or(1);
        counts[level] = Some(counts[level].map_or_else(|| start(level), |count| count.saturating_add(1)));
        counts[level + 1..].fill(None);
        let shown = definition.levels.get(&level)?;
        if matches!(shown.format.as_str(), "bullet" | "none" | "") {
            return None;
        }
        let mut label = shown.text.clone();
        for (place, count) in counts.iter().enumerate() {
            let pattern = format!("%{}", place + 1);
            if label.contains(&pattern) {
                let format = definition.levels.get(&place).map_or("decimal", |level| level.format.as_str());
                let format = match format {
                    "lowerLetter" => "a",
                    "upperLetter" => "A",
                    "lowerRoman" => "i",
                    "upperRoman" => "I",
                    _ => "1",
                };
                label = label.replace(&pattern, &numeral(count.unwrap_or_else(|| start(place)), format));
            }
        }
        let label = label.trim().to_owned();
        (!label.is_empty()).then_some(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_counted_by_list_and_level() {
        let xml = "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='0'>\
                   <w:lvl w:ilvl='0'><w:start w:val='3'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>\
                   <w:lvl w:ilvl='1'><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%1.%2)'/></w:lvl></w:abstractNum>\
                   <w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText w:val='-'/></w:lvl>\
                   </w:abstractNum><w:num w:numId='7'><w:abstractNumId w:val='0'/></w:num>\
                   <w:num w:numId='8'><w:abstractNumId w:val='1'/></w:num></w:numbering>";
        let mut numbering = read(xml).unwrap();
        let labels: Vec<_> = [(7, 0), (7, 1), (7, 1), (7, 0), (7, 1), (8, 0), (9, 0)]
            .into_iter()
            .map(|(list, level)| numbering.next_label(list, level).unwrap_or_default())
            .collect();
        assert_eq!(labels, ["3.", "3.a)", "3.b)", "4.", "4.a)", "", ""]);
    }
}
