//! What stands at the edge of every page: running heads and page numbers.

use std::collections::HashMap;

use super::words::Piece;

/// How many lines at the top and at the bottom of a page may be furniture.
const EDGE_LINES: usize = 3;

/// How far apart in points a running head may stand on two pages.
const DRIFT: f64 = 6.0;

/// The longest running head in characters.
const MAX_CHARACTERS: usize = 160;

/// A piece at the edge of a page.
struct Edge {
    page: usize,
    piece: usize,
    is_top: bool,
    base: f64,
    /// Its text without digits and white space: what is the same on every page.
    pattern: String,
    /// The number in it, if there is nothing else.
    number: Option<i64>,
    /// True if it says that it is a page number.
    is_named: bool,
}

/// Removes running heads and page numbers from `pages`, whose pieces are sorted from top to bottom. Returns what it removed,
/// each text once.
pub(super) fn take(pages: &mut [Vec<Piece>]) -> Vec<String> {
    let edges: Vec<Edge> = pages.iter().enumerate().flat_map(|(page, pieces)| edges(page, pieces)).collect();
    let mut by_pattern: HashMap<(&str, bool), Vec<&Edge>> = HashMap::new();
    let mut by_offset: HashMap<(i64, bool), Vec<&Edge>> = HashMap::new();
    for edge in &edges {
        if !edge.pattern.is_empty() {
            by_pattern.entry((&edge.pattern, edge.is_top)).or_default().push(edge);
        }
        if let Some(number) = edge.number {
            by_offset.entry((number - edge.page as i64, edge.is_top)).or_default().push(edge);
        }
    }
    let is_on_other_page = |edge: &Edge, others: Option<&Vec<&Edge>>| {
        others.is_some_and(|others| {
            others.iter().any(|other| other.page != edge.page && (other.base - edge.base).abs() <= DRIFT)
        })
    };
    let mut removed = Vec::new();
    let mut places: Vec<(usize, usize)> = Vec::new();
    for edge in &edges {
        let is_head = is_on_other_page(edge, by_pattern.get(&(edge.pattern.as_str(), edge.is_top)));
        let same_offset = edge.number.and_then(|number| by_offset.get(&(number - edge.page as i64, edge.is_top)));
        let is_only_number = edge.number == Some(edge.page as i64 + 1) && pages.len() == 1;
        if is_head || edge.is_named || is_only_number || is_on_other_page(edge, same_offset) {
            places.push((edge.page, edge.piece));
        }
    }
    for (page, piece) in &places {
        let text = &pages[*page][*piece].text;
        if !removed.contains(text) {
            removed.push(text.clone());
        }
    }
    for (page, piece) in places.into_iter().rev() {
        pages[page].remove(piece);
    }
    removed
}

/// The pieces on the outermost lines of a page. A page with little more than these has none.
fn edges(page: usize, pieces: &[Piece]) -> Vec<Edge> {
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
    let of_line = |(line, indices): (usize, &Vec<usize>)| -> Vec<Edge> {
        let edge = |index: &usize| {
            let piece = &pieces[*index];
            let text = piece.text.trim();
            let is_short = text.chars().count() <= MAX_CHARACTERS;
            let (number, is_named) = page_number(text);
            let pattern = text.chars().filter(|it| !it.is_whitespace() && !it.is_ascii_digit());
            is_short.then(|| Edge {
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
    let bare = text.trim_matches(|character: char| dashes.contains(&character) || " |·•".contains(character));
    let is_dashed = text.starts_with(dashes) && text.ends_with(dashes) && bare.len() < text.len();
    if bare.bytes().all(|byte| byte.is_ascii_digit()) && (1..=4).contains(&bare.len()) {
        return (bare.parse().ok(), is_dashed);
    }
    if let Some(number) = roman(bare) {
        return (Some(number), false);
    }
    let mut words =
        bare.split(|character: char| character.is_whitespace() || character == '/').filter(|it| !it.is_empty());
    let first = words.next().unwrap_or_default();
    let is_label = ["Seite", "S.", "Page", "Blatt"].contains(&first);
    let number = if is_label { words.next() } else { Some(first) };
    let number = number.filter(|it| it.len() <= 4).and_then(|number| number.parse::<i64>().ok());
    let is_rest = words.all(|word| matches!(word, "von" | "of") || word.parse::<u16>().is_ok());
    if is_label && is_rest && number.is_some() {
        return (number, true);
    }
    // The number of all pages makes it a page number only if it is the same on each: then the pattern is.
    (number.filter(|_| is_rest && bare.contains('/')), false)
}

/// The value of a Roman number in small letters, up to 89.
fn roman(text: &str) -> Option<i64> {
    let value = |letter: char| match letter {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        _ => None,
    };
    let values: Vec<i64> = text.chars().take(9).map(value).collect::<Option<_>>()?;
    let is_number = !values.is_empty() && text.len() <= 8;
    let sum = values
        .iter()
        .enumerate()
        .map(|(index, value)| if values.get(index + 1).is_some_and(|next| next > value) { -value } else { *value });
    is_number.then(|| sum.sum())
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
