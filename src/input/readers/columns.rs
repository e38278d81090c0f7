//! Text in two columns side by side → the columns one after the other.

use std::borrow::Cow;

use super::lines::ends_sentence;

/// The fewest lines of columns on a printed page.
const MIN_COLUMN_LINES: usize = 4;

/// The fewest characters of a column on average. Columns of tables are narrower.
const MIN_COLUMN_WIDTH: usize = 16;

/// The fewest spaces between columns of a printed page.
const MIN_GUTTER: usize = 2;

/// `text` with each run of lines in two columns replaced by the left column and then the right one. Lines count as columns
/// if the right halves begin at the same place, both are wide, and sentences go on from line to line within them.
pub(super) fn unfold_columns(text: &str) -> Cow<'_, str> {
    let lines: Vec<&str> = text.lines().collect();
    let mut unfolded_lines: Vec<Cow<'_, str>> = Vec::new();
    let mut is_changed = false;
    for line_run in lines.chunk_by(|line, next| line.trim().is_empty() == next.trim().is_empty()) {
        match columns_of_lines(line_run) {
            Some((left_column, right_column)) => {
                is_changed = true;
                let column_goes_on = left_column.last().is_some_and(|line| !ends_sentence(line));
                unfolded_lines.extend(left_column.into_iter().map(Cow::Owned));
                unfolded_lines.extend((!column_goes_on).then_some(Cow::Borrowed("")));
                unfolded_lines.extend(right_column.into_iter().map(Cow::Owned));
            }
            None => unfolded_lines.extend(line_run.iter().map(|line| Cow::Borrowed(*line))),
        }
    }
    if is_changed { Cow::Owned(unfolded_lines.join("\n")) } else { Cow::Borrowed(text) }
}

/// The lines of the left and of the right column of `lines`, if they stand in columns.
fn columns_of_lines(lines: &[&str]) -> Option<(Vec<String>, Vec<String>)> {
    if lines.len() < MIN_COLUMN_LINES {
        return None;
    }
    let right_column_start = gutter_end(lines)?;
    let line_halves = lines.iter().map(|line| {
        let column_at = line.char_indices().nth(right_column_start).map_or(line.len(), |(column_at, _)| column_at);
        (line[..column_at].trim().to_owned(), line[column_at..].trim().to_owned())
    });
    let (left_column, right_column): (Vec<String>, Vec<String>) = line_halves.unzip();
    let [left_column, right_column] = [left_column, right_column]
        .map(|column| column.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>());
    (is_column_of_prose(&left_column) && is_column_of_prose(&right_column)).then_some((left_column, right_column))
}

/// The place, in characters, at which the right column begins in at least three of four lines, with a gutter before it.
/// No line has text across the gutter.
fn gutter_end(lines: &[&str]) -> Option<usize> {
    let column_starts = |line: &str| -> Vec<usize> {
        let mut space_count = 0;
        let mut has_text = false;
        let mut column_starts = Vec::new();
        for (column_start, character) in line.chars().enumerate() {
            if character == ' ' {
                space_count += 1;
                continue;
            }
            column_starts.extend((has_text && space_count >= MIN_GUTTER).then_some(column_start));
            (space_count, has_text) = (0, true);
        }
        column_starts
    };
    let mut start_counts = std::collections::BTreeMap::new();
    for column_start in lines.iter().flat_map(|line| column_starts(line)) {
        *start_counts.entry(column_start).or_insert(0_usize) += 1;
    }
    let (column_start, start_count) = start_counts.into_iter().max_by_key(|(_, start_count)| *start_count)?;
    let is_clear = |line: &&str| {
        let gutter: Vec<char> = line.chars().skip(column_start.saturating_sub(MIN_GUTTER)).take(MIN_GUTTER).collect();
        gutter.iter().all(|character| *character == ' ')
    };
    (start_count * 4 >= lines.len() * 3 && lines.iter().all(is_clear)).then_some(column_start)
}

/// True if the lines of a column are wide and sentences go on from one to the next.
fn is_column_of_prose(column: &[String]) -> bool {
    let character_count: usize = column.iter().map(|line| line.chars().count()).sum();
    let sentence_goes_on =
        |line_pair: &&[String]| !ends_sentence(&line_pair[0]) && line_pair[1].starts_with(char::is_lowercase);
    character_count >= MIN_COLUMN_WIDTH * column.len()
        && column.windows(2).filter(sentence_goes_on).count() * 4 >= column.len()
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
        assert_eq!(unfold_columns(text), expected);
    }

    #[test]
    fn tables_and_running_text_stay() {
        for text in [
            "Kiel      3:1   Bremen\nKöln      0:0   Mainz\nUlm       2:2   Jena\nBonn      1:4   Trier\n",
            "Die Stadt  baut einen Speicher am\nalten Bahnhof  und zahlt dafür viel\nGeld, das sie  nicht hat, wie der\nRat am Montag  beklagt hat.\n",
            "Ein Absatz ohne Spalten, der über\nmehrere Zeilen geht und nirgends\neine Lücke hat, wie es üblich ist,\nwenn man schreibt.\n",
            "",
        ] {
            assert_eq!(unfold_columns(text), text);
        }
    }
}
