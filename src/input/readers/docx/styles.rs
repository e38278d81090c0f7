//! The styles of a Word document → what the paragraphs in them are.

use std::collections::BTreeMap;

use super::super::super::source::ReadError;
use super::super::office::ParagraphRole;
use super::super::xml::{XmlMarkup, walk_xml};

/// How many styles may be based on each other.
const MAX_BASES: usize = 16;

/// The styles of a document, by their identifiers.
#[derive(Debug, Default)]
pub(super) struct DocxStyles(BTreeMap<String, DocxStyle>);

#[derive(Clone, Debug, Default)]
struct DocxStyle {
    name: String,
    base: Option<String>,
    is_outlined: bool,
    list: Option<u64>,
    level: Option<usize>,
}

/// What a paragraph in some style is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ResolvedStyle {
    /// The role of the Word paragraph.
    pub(super) role: ParagraphRole,
    /// The Word list that the paragraph stands in.
    pub(super) list: Option<u64>,
    /// The level of that list.
    pub(super) level: Option<usize>,
}

/// Reads the part `styles.xml`.
///
/// # Errors
/// If it is not well formed.
pub(super) fn read(xml: &str) -> Result<DocxStyles, ReadError> {
    let mut styles = DocxStyles::default();
    let mut current: Option<(String, DocxStyle)> = None;
    walk_xml(xml, "styles.xml", |markup| match markup {
        XmlMarkup::Open(element) => {
            let value = element.attribute("val").unwrap_or_default();
            match (element.name.as_str(), &mut current) {
                ("style", _) => {
                    current = element.attribute("styleId").map(|id| (id.to_owned(), DocxStyle::default()));
                }
                ("name", Some((_, style))) => style.name = value.to_lowercase(),
                ("basedOn", Some((_, style))) => style.base = Some(value.to_owned()),
                ("outlineLvl", Some((_, style))) => {
                    style.is_outlined = value.parse::<u8>().is_ok_and(|level| level < 9)
                }
                ("numId", Some((_, style))) => style.list = value.parse().ok(),
                ("ilvl", Some((_, style))) => style.level = value.parse().ok(),
                _ => {}
            }
        }
        XmlMarkup::Close(name) if name == "style" => styles.0.extend(current.take()),
        XmlMarkup::Close(_) | XmlMarkup::Text(_) => {}
    })?;
    Ok(styles)
}

impl DocxStyles {
    /// What a paragraph in the style `id` is, by that style or those that it is based on.
    pub(super) fn resolve(&self, id: &str) -> ResolvedStyle {
        let mut resolved = ResolvedStyle { role: role_of_name(&id.to_lowercase()), ..ResolvedStyle::default() };
        let mut next_style_id = Some(id.to_owned());
        for _ in 0..MAX_BASES {
            let Some(style) = next_style_id.and_then(|id| self.0.get(&id)) else { break };
            if resolved.role == ParagraphRole::Text {
                resolved.role = if style.is_outlined { ParagraphRole::Heading } else { role_of_name(&style.name) };
            }
            resolved.list = resolved.list.or(style.list);
            resolved.level = resolved.level.or(style.level);
            next_style_id = style.base.clone();
        }
        resolved
    }
}

/// What the name of a built-in style says, in English or German.
fn role_of_name(name: &str) -> ParagraphRole {
    let is_numbered = |start: &str| {
        name.strip_prefix(start).is_some_and(|rest| rest.trim().bytes().all(|byte| byte.is_ascii_digit()))
    };
    if ["title", "titel"].contains(&name) {
        ParagraphRole::Title
    } else if ["heading", "berschrift", "überschrift"].iter().any(|start| is_numbered(start))
        || ["subtitle", "untertitel"].contains(&name)
    {
        ParagraphRole::Heading
    } else if ["quote", "intense quote", "zitat", "intensives zitat", "intensequote"].contains(&name) {
        ParagraphRole::Quote
    } else if ["toc", "verzeichnis", "table of figures", "tableoffigures"].iter().any(|start| is_numbered(start)) {
        ParagraphRole::Contents
    } else if name.starts_with("list bullet")
        || name.starts_with("list number")
        || name.starts_with("listbullet")
        || name.starts_with("listnumber")
    {
        ParagraphRole::ListItem
    } else {
        ParagraphRole::Text
    }
}
