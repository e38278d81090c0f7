//! What stands at the edge of every page: running heads and page numbers.

use std::collections::HashMap;

use super::words::LinePiece;

/// How many lines at the top and at the bottom of a page may be furniture.
const EDGE_LINES: usize = 3;

/// How far apart in points a running head may stand on two pages.
const MAX_HEAD_DRIFT: f64 = 6.0;

/// The longest running head in characters.
const MAX_HEAD_CHARACTERS: usize = 160;

/// A piece at the edge of a page.
struct PageEdge {
    page: usize,
    piece: usize,
    is_top: bool,
    base: f64,
    /// Text of the edge without digits and white space: what is the same on every page.
    pattern: String,
    /// The number at the edge, if there is nothing else.
    number: Option<i64>,
    /// True if the edge says that it is a page number.
    is_named: bool,
}

/// Removes running heads and page numbers from `pages`, whose pieces are sorted from top to bottom. Returns what it removed,
/// each text once.
pub(super) fn take_page_furniture(pages: &mut [Vec<LinePiece>]) -> Vec<String> {
    let page_edges: Vec<PageEdge> =
        pages.iter().enumerate().flat_map(|(page, pieces)| page_edges(page, pieces)).collect();
    let mut by_pattern: HashMap<(&str, bool), Vec<&PageEdge>> = HashMap::new();
    let mut by_offset: HashMap<(i64, bool), Vec<&PageEdge>> = HashMap::new();
    for page_edge in &page_edges {
        if !page_edge.pattern.is_empty() {
            by_pattern.entry((&page_edge.pattern, page_edge.is_top)).or_default().push(page_edge);
        }
        if let Some(number) = page_edge.number {
            by_offset.entry((number - page_edge.page as i64, page_edge.is_top)).or_default().push(page_edge);
        }
    }
    let is_on_other_page = |page_edge: &PageEdge, other_edges: Option<&Vec<&PageEdge>>| {
        other_edges.is_some_and(|other_edges| {
            other_edges.iter().any(|other_edge| {
                other_edge.page != page_edge.page && (other_edge.base - page_edge.base).abs() <= MAX_HEAD_DRIFT
            })
        })
    };
    let mut removed_texts = Vec::new();
    let mut furniture_places: Vec<(usize, usize)> = Vec::new();
    for page_edge in &page_edges {
        let is_head = is_on_other_page(page_edge, by_pattern.get(&(page_edge.pattern.as_str(), page_edge.is_top)));
        let same_offset =
            page_edge.number.and_then(|number| by_offset.get(&(number - page_edge.page as i64, page_edge.is_top)));
        let is_only_number = page_edge.number == Some(page_edge.page as i64 + 1) && pages.len() == 1;
        if is_head || page_edge.is_named || is_only_number || is_on_other_page(page_edge, same_offset) {
            furniture_places.push((page_edge.page, page_edge.piece));
        }
    }
    for (page, piece) in &furniture_places {
        let text = &pages[*page][*piece].text;
        if !removed_texts.contains(text) {
            removed_texts.push(text.clone());
        }
    }
    for (page, piece) in furniture_places.into_iter().rev() {
        pages[page].remove(piece);
    }
    removed_texts
}

/// The pieces on the outermost lines of a page. A page with little more than these has none.
fn page_edges(page: usize, pieces: &[LinePiece]) -> Vec<PageEdge> {
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match lines.last_mut() {
            Some(line) if pieces[line[0]].is_level_with(piece) => line.push(index),
            _ => lines.push(vec![index]),
        }
    }
    let edge_count = EDGE_LINES.min(lines.len().saturating_sub(1).div_ceil(2));
    let bottom = lines.len() - edge_count;
    let outermost = lines.iter().enumerate().filter(|(line, _)| *line < edge_count || *line >= bottom);
    let of_line = |(line, indices): (usize, &Vec<usize>)| -> Vec<PageEdge> {
        let edge = |index: &usize| {
            let piece = &pieces[*index];
            let text = piece.text.trim();
            let is_short = text.chars().count() <= MAX_HEAD_CHARACTERS;
            let (number, is_named) = page_number(text);
            let pattern = text.chars().filter(|it| !it.is_whitespace() && !it.is_ascii_digit());
            is_short.then(|| PageEdge {
                page,
                piece: *index,
                is_top: line < edge_count,
                base: piece.base,
                pattern: pattern.collect(),
                number,
                is_named,
            })
        };
        indices.iter().filter_map(edge).collect()
    };
    outermost.flat_map(of_line).collect()
}

/// The number that `text` is, and whether it says that it is a page number: `12`, `- 12 -`, `xii`, `Seite 12 von 20`, `12/20`.
fn page_number(text: &str) -> (Option<i64>, bool) {
    let dashes = ['-', '–', '—'];
    let bare_number = text.trim_matches(|character: char| dashes.contains(&character) || " |·•".contains(character));
    let is_dashed = text.starts_with(dashes) && text.ends_with(dashes) && bare_number.len() < text.len();
    if bare_number.bytes().all(|byte| byte.is_ascii_digit()) && (1..=4).contains(&bare_number.len()) {
        return (bare_number.parse().ok(), is_dashed);
    }
    if let Some(number) = roman_page_number(bare_number) {
        return (Some(number), false);
    }
    let mut words = bare_number
        .split(|character: char| character.is_whitespace() || character == '/')
        .filter(|number_word| !number_word.is_empty());
    let first_word = words.next().unwrap_or_default();
    let is_label = ["Seite", "S.", "Page", "Blatt"].contains(&first_word);
    let number = if is_label { words.next() } else { Some(first_word) };
    let number = number.filter(|number_word| number_word.len() <= 4).and_then(|number| number.parse::<i64>().ok());
    let is_rest = words.all(|word| matches!(word, "von" | "of") || word.parse::<u16>().is_ok());
    if is_label && is_rest && number.is_some() {
        return (number, true);
    }
    // The number of all pages makes it a page number only if it is the same on each: then the pattern is.
    (number.filter(|_| is_rest && bare_number.contains('/')), false)
}

/// The value of a Roman number in small letters, up to 89.
fn roman_page_number(text: &str) -> Option<i64> {
    let roman_value = |letter: char| match letter {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        _ => None,
    };
    let roman_values: Vec<i64> = text.chars().take(9).map(roman_value).collect::<Option<_>>()?;
    let is_number = !roman_values.is_empty() && text.len() <= 8;
    let signed_values = roman_values.iter().enumerate().map(|(index, roman_value)| {
        if roman_values.get(index + 1).is_some_and(|next| next > roman_value) { -roman_value } else { *roman_value }
    });
    is_number.then(|| signed_values.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_are_known_by_their_form() {
        for (text, number, is_named) in [
            ("12", Some(12), false),
            ("- 12 -", Some(12), true),
            ("Seite 3", Some(3), true),
            ("Seite 3 von 12", Some(3), true),
            ("S. 3", Some(3), true),
            ("3/12", Some(3), false),
            ("xiv", Some(14), false),
            ("| 7", Some(7), false),
            ("Seite der Stadt", None, false),
            ("12345", None, false),
            ("3 Euro", None, false),
            ("mild", None, false),
            ("", None, false),
        ] {
            assert_eq!(page_number(text), (number, is_named), "{text}");
        }
    }
}
