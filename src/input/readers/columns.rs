//! Text in two columns side by side → the columns one after the other.

use std::borrow::Cow;

use super::lines::ends_sentence;

/// The fewest lines of columns.
const MIN_LINES: usize = 4;

/// The fewest characters of a column on average. Columns of tables are narrower.
const MIN_WIDTH: usize = 16;

/// The fewest spaces between columns.
const MIN_GUTTER: usize = 2;

/// `text` with each run of lines in two columns replaced by the left column and then the right one. Lines count as columns
/// if the right halves begin at the same place, both are wide, and sentences go on from line to line within them.
pub(super) fn unfold(text: &str) -> Cow<'_, str> {
    let lines: Vec<&str> = text.lines().collect();
    let mut unfolded: Vec<Cow<'_, str>> = Vec::new();
    let mut is_changed = false;
    for run in lines.chunk_by(|left, right| left.trim().is_empty() == right.trim().is_empty()) {
        match columns(run) {
            Some((left, right)) => {
                is_changed = true;
                let goes_on = left.last().is_some_and(|line| !ends_sentence(line));
                unfolded.extend(left.into_iter().map(Cow::Owned));
                unfolded.extend((!goes_on).then_some(Cow::Borrowed("")));
                unfolded.extend(right.into_iter().map(Cow::Owned));
            }
            None => unfolded.extend(run.iter().map(|line| Cow::Borrowed(*line))),
        }
    }
    if is_changed { Cow::Owned(unfolded.join("\n")) } else { Cow::Borrowed(text) }
}

/// The lines of the left and of the right column of `lines`, if they stand in columns.
fn columns(lines: &[&str]) -> Option<(Vec<String>, Vec<String>)> {
    if lines.len() < MIN_LINES {
        return None;
    }
    let start = gutter_end(lines)?;
    let halves = lines.iter().map(|line| {
        let at = line.char_indices().nth(start).map_or(line.len(), |(at, _)| at);
        (line[..at].trim().to_owned(), line[at..].trim().to_owned())
    });
    let (left, right): (Vec<String>, Vec<String>) = halves.unzip();
    let [left, right] =
        [left, right].map(|column| column.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>());
    (is_prose(&left) && is_prose(&right)).then_some((left, right))
}

/// The place, in characters, at which the right column begins in at least three of four lines, with a gutter before it.
/// No line has text across the gutter.
fn gutter_end(lines: &[&str]) -> Option<usize> {
    let starts = |line: &str| -> Vec<usize> {
        let mut spaces = 0;
        let mut has_text = false;
        let mut starts = Vec::new();
        for (place, character) in line.chars().enumerate() {
            if character == ' ' {
                spaces += 1;
                continue;
            }
            starts.extend((has_text && spaces >= MIN_GUTTER).then_some(place));
            (spaces, has_text) = (0, true);
        }
        starts
    };
    let mut counts = std::collections::BTreeMap::new();
    for place in lines.iter().flat_map(|line| starts(line)) {
        *counts.entry(place).or_insert(0_usize) += 1;
    }
    let (place, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let is_clear = |line: &&str| {
        let gutter: Vec<char> = line.chars().skip(place.saturating_sub(MIN_GUTTER)).take(MIN_GUTTER).collect();
        gutter.iter().all(|character| *character == ' ')
    };
    (count * 4 >= lines.len() * 3 && lines.iter().all(is_clear)).then_some(place)
}

/// True if the lines of a column are wide and sentences go on from one to the next.
fn is_prose(column: &[String]) -> bool {
    let characters: usize = column.iter().map(|line| line.chars().count()).sum();
    let goes_on = |pair: &&[String]| !ends_sentence(&pair[0]) && pair[1].starts_with(char::is_lowercase);
    characters >= MIN_WIDTH * column.len() && column.windows(2).filter(goes_on).count() * 4 >= column.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_one_after_the_other() {
        let text = "Titel\n\n\
                    Die Stadtwerke wollen am alten      Gegen den Standort hatten An-\n\
                    Bahnhof einen Speicher bauen und    wohner aus der ganzen Straße\n\
                    dort Wärme für den Winter lagern.   mehr als 800 Unterschriften\n\
                    Der Rat hat dem zugestimmt und      gesammelt.\n\
                    will nun bauen.\n";
        let expected = "Titel\n\n\
                        Die Stadtwerke wollen am alten\nBahnhof einen Speicher bauen und\ndort Wärme für den Winter lagern.\n\
                        Der Rat hat dem zugestimmt und\nwill nun bauen.\n\n\
                        Gegen den Standort hatten An-\nwohner aus der ganzen Straße\nmehr als 800 Unterschriften\ngesammelt.";
        assert_eq!(unfold(text), expected);
    }

    #[test]
    fn tables_and_running_text_stay() {
        for text in [
            "Kiel      3:1   Bremen\nKöln      0:0   Mainz\nUlm       2:2   Jena\nBonn      1:4   Trier\n",
            "Die Stadt  baut einen Speicher am\nalten Bahnhof  und zahlt dafür viel\nGeld, das sie  nicht hat, wie der\nRat am Montag  beklagt hat.\n",
            "Ein Absatz ohne Spalten, der über\nmehrere Zeilen geht und nirgends\neine Lücke hat, wie es üblich ist,\nwenn man schreibt.\n",
            "",
        ] {
            assert_eq!(unfold(text), text);
        }
    }
}
