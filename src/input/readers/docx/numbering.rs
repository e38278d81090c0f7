//! The lists of a Word document → the number of each item, as Word shows it.

use std::collections::BTreeMap;

use super::super::super::source::ReadError;
use super::super::office::list_numeral;
use super::super::xml::{XmlMarkup, walk_xml};

/// Levels of a list of a Word document.
const LIST_LEVELS: usize = 9;

/// The lists of a document, and how far each is counted.
#[derive(Debug, Default)]
pub(super) struct DocxNumbering {
    /// For each list of the Word document the definition that it follows.
    definition_of_list: BTreeMap<u64, u64>,
    list_definitions: BTreeMap<u64, DocxListDefinition>,
    /// The numbers of the last item, by definition and level. `None` before the first.
    counts: BTreeMap<u64, [Option<u32>; LIST_LEVELS]>,
}

#[derive(Debug, Default)]
struct DocxListDefinition {
    levels: BTreeMap<usize, DocxListLevel>,
}

#[derive(Clone, Debug, Default)]
struct DocxListLevel {
    /// `decimal`, `bullet`, `lowerLetter` and the like.
    format: String,
    /// What is shown, as `%1.%2`.
    text: String,
    start: Option<u32>,
}

/// Reads the part `numbering.xml`.
///
/// # Errors
/// If `numbering.xml` of the Word document is not well formed.
pub(super) fn read(xml: &str) -> Result<DocxNumbering, ReadError> {
    let mut numbering = DocxNumbering::default();
    let (mut definition, mut level, mut list) = (None, None, None);
    walk_xml(xml, "numbering.xml", |markup| {
        let XmlMarkup::Open(element) = markup else { return };
        let value = element.attribute("val").unwrap_or_default();
        let number_in = |name: &str| element.attribute(name).and_then(|number_in| number_in.parse::<u64>().ok());
        match element.name.as_str() {
            "abstractNum" => {
                definition = number_in("abstractNumId");
                (level, list) = (None, None);
            }
            "lvl" => level = number_in("ilvl").map(|level| level as usize).filter(|level| *level < LIST_LEVELS),
            "num" => {
                list = number_in("numId");
                (definition, level) = (None, None);
            }
            "abstractNumId" => {
                if let (Some(list), Ok(list_definition)) = (list, value.parse()) {
                    numbering.definition_of_list.insert(list, list_definition);
                }
            }
            "numFmt" | "lvlText" | "start" => {
                let (Some(definition), Some(level)) = (definition, level) else { return };
                let levels = &mut numbering.list_definitions.entry(definition).or_default().levels;
                let list_level = levels.entry(level).or_default();
                match element.name.as_str() {
                    "numFmt" => list_level.format = value.to_owned(),
                    "lvlText" => list_level.text = value.to_owned(),
                    _ => list_level.start = value.parse().ok(),
                }
            }
            _ => {}
        }
    })?;
    Ok(numbering)
}

impl DocxNumbering {
    /// Counts another item of `list` at `level`, from 0, and gives its number as it is shown; `None` for a bullet.
    pub(super) fn next_label(&mut self, list: u64, level: usize) -> Option<String> {
        let level = level.min(LIST_LEVELS - 1);
        let definition_id = *self.definition_of_list.get(&list)?;
        let definition = self.list_definitions.get(&definition_id)?;
        let list_item_counts = self.counts.entry(definition_id).or_default();
        let first_list_number = |level: usize| definition.levels.get(&level).and_then(|level| level.start).unwrap_or(1);
        list_item_counts[level] = Some(
            list_item_counts[level].map_or_else(|| first_list_number(level), |item_count| item_count.saturating_add(1)),
        );
        list_item_counts[level + 1..].fill(None);
        let shown_level = definition.levels.get(&level)?;
        if matches!(shown_level.format.as_str(), "bullet" | "none" | "") {
            return None;
        }
        let mut label = shown_level.text.clone();
        for (label_level, item_count) in list_item_counts.iter().enumerate() {
            let pattern = format!("%{}", label_level + 1);
            if label.contains(&pattern) {
                let format = definition.levels.get(&label_level).map_or("decimal", |level| level.format.as_str());
                let format = match format {
                    "lowerLetter" => "a",
                    "upperLetter" => "A",
                    "lowerRoman" => "i",
                    "upperRoman" => "I",
                    _ => "1",
                };
                label = label.replace(
                    &pattern,
                    &list_numeral(item_count.unwrap_or_else(|| first_list_number(label_level)), format),
                );
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
