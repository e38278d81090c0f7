//! The pieces of a page → regions in the order of reading: never across the gutter between two columns.
//!
//! The tallest strip of white space with text on both sides is the gutter. What stands above it is read first, then what is
//! left of it, then what is right of it, then what stands below; each of these is divided again. Cells of a table stand side
//! by side too, but nobody reads them downwards: they are short, or stand on the same lines without sentences that go on.

use super::super::lines::ends_sentence;
use super::words::LinePiece;

/// The narrowest gutter, in ems.
const MIN_GUTTER_WIDTH: f64 = 0.7;

/// The fewest pieces on each side of a gutter.
const MIN_COLUMN_PIECES: usize = 3;

/// The fewest characters of a piece of a column, on average.
const MIN_COLUMN_CHARACTERS: usize = 12;

/// Pieces of columns are this long even where nothing shows that sentences go on.
const WIDE_COLUMN_CHARACTERS: usize = 20;

/// A page with more pieces than this is read from top to bottom.
const MAX_PAGE_PIECES: usize = 4_000;

/// How often a region is divided.
const MAX_REGION_DEPTH: usize = 40;

/// A strip of white space with text on both sides.
#[derive(Clone, Copy, Debug)]
struct Gutter {
    left: f64,
    right: f64,
    /// Base lines of the highest and the lowest piece beside it.
    top: f64,
    bottom: f64,
}

/// Divides `pieces`, which are sorted from top to bottom, into regions.
pub(super) fn regions(pieces: Vec<LinePiece>) -> Vec<Vec<LinePiece>> {
    let mut regions = Vec::new();
    let mut waiting = vec![(pieces, 0)];
    while let Some((region, depth)) = waiting.pop() {
        if region.is_empty() {
            continue;
        }
        let gutter =
            if depth < MAX_REGION_DEPTH && region.len() <= MAX_PAGE_PIECES { best_gutter(&region) } else { None };
        let Some(gutter) = gutter else {
            regions.push(region);
            continue;
        };
        let [mut above, mut left, mut right, mut below] = [const { Vec::new() }; 4];
        let middle = f64::midpoint(gutter.left, gutter.right);
        for piece in region {
            let part = match piece.base {
                base if base < gutter.top => &mut above,
                base if base > gutter.bottom => &mut below,
                _ if f64::midpoint(piece.left, piece.right) < middle => &mut left,
                _ => &mut right,
            };
            part.push(piece);
        }
        waiting.extend([below, right, left, above].map(|part| (part, depth + 1)));
    }
    regions
}

/// The best gutter of a region: the one with the most pieces on its shorter side.
fn best_gutter(region: &[LinePiece]) -> Option<Gutter> {
    let mut best: Option<(usize, Gutter)> = None;
    for index in 0..region.len() {
        let Some(found) = gutter_beside(region, index) else { continue };
        if best.is_some_and(|(_, best)| best.left <= found.left && found.right <= best.right && best.top == found.top) {
            continue;
        }
        let Some((count, trimmed)) = columns_beside(region, found) else { continue };
        let is_better = best.is_none_or(|(best_count, best)| {
            count > best_count || count == best_count && trimmed.right - trimmed.left > best.right - best.left
        });
        if is_better {
            best = Some((count, trimmed));
        }
    }
    best.map(|(_, gutter)| gutter)
}

/// The white space to the right of the piece at `index`, as far up and down as no piece stands in it.
fn gutter_beside(region: &[LinePiece], index: usize) -> Option<Gutter> {
    let piece = &region[index];
    let least = MIN_GUTTER_WIDTH * piece.size;
    let is_beside =
        |other: &&LinePiece| other.left >= piece.right && other.top() < piece.bottom() && other.bottom() > piece.top();
    let right = region.iter().filter(is_beside).map(|other| other.left).min_by(f64::total_cmp)?;
    let mut gutter = Gutter { left: piece.right, right, top: piece.base, bottom: piece.base };
    if right - piece.right < least {
        return None;
    }
    // Narrows the gutter to what `other` leaves of it; false if that is too little.
    let mut leaves = |other: &LinePiece| {
        let is_clear = other.right <= gutter.left || other.left >= gutter.right;
        if is_clear {
            return true;
        }
        let (mut left, mut right) = (gutter.left, gutter.right);
        if other.left < left {
            left = other.right;
        } else if other.right > right {
            right = other.left;
        } else {
            return false;
        }
        let is_enough = right - left >= least;
        if is_enough {
            (gutter.left, gutter.right) = (left, right);
        }
        is_enough
    };
    let mut top = piece.base;
    for other in region[..index].iter().rev() {
        if !leaves(other) {
            break;
        }
        top = other.base;
    }
    let mut bottom = piece.base;
    for other in &region[index + 1..] {
        if !leaves(other) {
            break;
        }
        bottom = other.base;
    }
    // A line that is cut by what stands in the gutter is not beside it.
    let blocks = |other: &&LinePiece| other.right > gutter.left && other.left < gutter.right;
    let highest = region.iter().filter(blocks).filter(|other| other.base <= piece.base).map(|other| other.base);
    let lowest = region.iter().filter(blocks).filter(|other| other.base >= piece.base).map(|other| other.base);
    let above = highest.max_by(f64::total_cmp).unwrap_or(f64::NEG_INFINITY);
    let below = lowest.min_by(f64::total_cmp).unwrap_or(f64::INFINITY);
    let bases = || region.iter().map(|other| other.base);
    gutter.top = bases().filter(|base| *base > above && *base >= top).min_by(f64::total_cmp)?;
    gutter.bottom = bases().filter(|base| *base < below && *base <= bottom).max_by(f64::total_cmp)?;
    Some(gutter)
}

/// How many pieces are beside `gutter` on its shorter side, and the gutter without what is read before or after the
/// columns; `None` if there are no columns beside it.
fn columns_beside(region: &[LinePiece], mut gutter: Gutter) -> Option<(usize, Gutter)> {
    let lowest = region.iter().map(|piece| piece.base).fold(f64::NEG_INFINITY, f64::max);
    let sides = |gutter: Gutter| -> (Vec<&LinePiece>, Vec<&LinePiece>) {
        let beside = region.iter().filter(|piece| (gutter.top..=gutter.bottom).contains(&piece.base));
        beside.partition(|piece| piece.right <= f64::midpoint(gutter.left, gutter.right))
    };
    let (left, right) = sides(gutter);
    let first_left = left.first()?.base;
    let (last_left, last_right) = (left.last()?.base, right.last()?.base);
    // A line or two at the right, above everything at the left and apart from what follows, are no column: a date.
    let before = right.iter().take_while(|piece| piece.base < first_left - 0.5 * piece.size).count();
    if (1..=2).contains(&before) && is_apart(&right, before) {
        gutter.top = first_left;
    }
    // A line or two below both columns, apart from them and before text across them, belong to that text: its heading.
    let end = last_left.min(last_right);
    let is_after_apart = [&left, &right].into_iter().all(|side| {
        let until_end = side.iter().filter(|piece| piece.base <= end).count();
        until_end == side.len() || is_apart(side, until_end)
    });
    let after = left.iter().chain(&right).filter(|piece| piece.base > end).count();
    if gutter.bottom < lowest && (1..=2).contains(&after) && is_after_apart {
        gutter.bottom = end;
    }
    let (left, right) = sides(gutter);
    (left.len().min(right.len()) >= MIN_COLUMN_PIECES && are_columns(&left, &right))
        .then(|| (left.len().min(right.len()), gutter))
}

/// True if the piece at `index` of a column stands further below the one before than lines of a paragraph do.
fn is_apart(side: &[&LinePiece], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| side.get(before));
    match (before, side.get(index)) {
        (Some(before), Some(piece)) => piece.base - before.base > 1.8 * piece.size,
        _ => true,
    }
}

/// True if people read the pieces at the left downwards, and then those at the right.
fn are_columns(left: &[&LinePiece], right: &[&LinePiece]) -> bool {
    let characters =
        |side: &[&LinePiece]| side.iter().map(|piece| piece.text.chars().count()).sum::<usize>() / side.len();
    let shorter = characters(left).min(characters(right));
    if shorter < MIN_COLUMN_CHARACTERS {
        return false;
    }
    let mut start = 0;
    let level = right.iter().filter(|piece| {
        while start < left.len() && left[start].base < piece.base - piece.size {
            start += 1;
        }
        left[start..]
            .iter()
            .take_while(|other| other.base < piece.base + piece.size)
            .any(|other| other.is_level_with(piece))
    });
    let is_level = level.count() * 10 >= right.len() * 8;
    let (left_goes_on, right_goes_on) = (column_goes_on(left), column_goes_on(right));
    !is_level || left_goes_on && right_goes_on || shorter >= WIDE_COLUMN_CHARACTERS && (left_goes_on || right_goes_on)
}

/// True if sentences go on from piece to piece.
fn column_goes_on(side: &[&LinePiece]) -> bool {
    let goes_on = |pair: &&[&LinePiece]| !ends_sentence(&pair[0].text) && pair[1].text.starts_with(char::is_lowercase);
    side.windows(2).filter(goes_on).count() * 5 >= side.len()
}
