//! XML → elements and text, for documents that are archives of XML files.
//!
//! Names come without their prefix. Entities that a file defines are not resolved, so text cannot multiply; nothing is loaded.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::source::ReadError;
use super::archive::damaged_document;

/// The start tag of an XML element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct XmlElement {
    /// The name of the XML element without a prefix.
    pub(super) name: String,
    /// The attributes of the XML element, with names without a prefix.
    attributes: Vec<(String, String)>,
}

impl XmlElement {
    /// The value of the attribute called `name`, without its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What stands in an XML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum XmlMarkup {
    /// An XML element begins.
    Open(XmlElement),
    /// The XML element of this name ends.
    Close(String),
    /// Text of an XML file.
    Text(String),
}

/// Passes what stands in `xml` to `visit`. Every element that begins ends.
///
/// # Errors
/// If it is not well formed. `what` is the file.
pub(super) fn walk_xml(xml: &str, what: &str, mut visit: impl FnMut(XmlMarkup)) -> Result<(), ReadError> {
    let broken = || damaged_document(&format!("{what} in it is damaged"));
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => visit(XmlMarkup::Open(element_of_tag(&start))),
            Event::Empty(start) => {
                let element = element_of_tag(&start);
                let name = element.name.clone();
                visit(XmlMarkup::Open(element));
                visit(XmlMarkup::Close(name));
            }
            Event::End(end) => visit(XmlMarkup::Close(end.local_name().as_ref().to_owned())),
            Event::Text(text) => visit(XmlMarkup::Text(text.xml10_content().into_owned())),
            Event::CData(text) => visit(XmlMarkup::Text(text.xml10_content().into_owned())),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known = character.or_else(|| resolve_predefined_entity(&reference).map(str::to_owned));
                known.into_iter().for_each(|text| visit(XmlMarkup::Text(text)));
            }
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn element_of_tag(start: &BytesStart<'_>) -> XmlElement {
    let value_of = |attribute: &Attribute<'_>| {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        value.map_or_else(|_| String::new(), |value| value.into_owned())
    };
    let mut found = start.attributes();
    let attributes = found.with_checks(false).filter_map(Result::ok);
    let attributes = attributes.map(|it| (it.key.local_name().as_ref().to_owned(), value_of(&it))).collect();
    XmlElement { name: start.local_name().as_ref().to_owned(), attributes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(xml: &str) -> Result<String, ReadError> {
        let mut text = String::new();
        walk_xml(xml, "a.xml", |markup| match markup {
            XmlMarkup::Open(element) => text.push_str(&format!("<{} {:?}>", element.name, element.attribute("b"))),
            XmlMarkup::Close(name) => text.push_str(&format!("</{name}>")),
            XmlMarkup::Text(part) => text.push_str(&part),
        })?;
        Ok(text)
    }

    #[test]
    fn elements_text_and_characters_are_passed_on() {
        let xml = "<?xml version='1.0'?><w:a x:b='1 &amp; 2'>M&#252;nze &lt; <![CDATA[<c>]]><!-- nein --><d/></w:a>";
        assert_eq!(text_of(xml).unwrap(), "<a Some(\"1 & 2\")>Münze < <c><d None></d></a>");
    }

    #[test]
    fn entities_of_a_file_are_not_resolved() {
        let bomb = "<!DOCTYPE a [<!ENTITY x 'haha'><!ENTITY y '&x;&x;&x;'>]><a>vor &y; nach</a>";
        assert_eq!(text_of(bomb).unwrap(), "<a None>vor  nach</a>");
    }

    #[test]
    fn what_is_not_well_formed_is_an_error() {
        assert!(text_of("<a><b></a>").is_err());
        assert!(text_of("<a").is_err());
    }
}
