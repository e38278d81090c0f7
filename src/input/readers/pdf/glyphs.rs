//! A page of a PDF file → its glyphs: what each says, where it stands and how large it is.
//!
//! Another crate interprets the page, and may panic over a damaged one. Work is bounded: a page that draws without end is
//! stopped.

use std::panic::resume_unwind;

use hayro_interpret::font::{Glyph as DrawnGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, InterpreterCache, InterpreterSettings, SoftMask,
    TransformExt, interpret_page,
};
use hayro_interpret::{ImageDrawProps, font};

use crate::guarded::guarded;

/// The most glyphs of a page.
const MAX_GLYPHS: usize = 300_000;

/// Stands for a glyph of which the file does not say what it means.
pub(super) const UNKNOWN: char = '\u{fffd}';

/// Units of an em in the space of glyphs.
const UNITS_PER_EM: f64 = 1000.0;

/// How far off the page in points a glyph may stand and still be seen.
const BLEED: f64 = 8.0;

/// In which direction a line of text runs, as it is seen on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From left to right.
    Right,
    /// From top to bottom.
    Down,
    /// From right to left: upside down.
    Left,
    /// From bottom to top.
    Up,
    /// At an angle.
    Askew,
}

/// What is drawn for one character or ligature. Lengths are in points, from the upper left corner of the page.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// The characters that the glyph shows.
    pub(super) text: String,
    /// Where the glyph begins on its base line.
    pub(super) start: (f64, f64),
    /// Where the next glyph is expected.
    pub(super) end: (f64, f64),
    /// Height of the font.
    pub(super) size: f64,
    /// Where the line of the glyph goes.
    pub(super) direction: Direction,
    /// True if it is not seen: drawn without ink, or off the page.
    pub(super) is_hidden: bool,
    /// True if its font is bold.
    pub(super) is_bold: bool,
}

/// The glyphs of a page, in the order they are drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct PageGlyphs {
    /// The glyphs of the PDF page.
    pub(super) glyphs: Vec<Glyph>,
    /// How many pictures the PDF page draws.
    pub(super) pictures: usize,
    /// Width and height of the page in points.
    pub(super) dimensions: (f64, f64),
    /// How much was drawn on the page.
    pub(super) work: u64,
}

/// Why a page cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageError {
    /// The crate that reads PDF panicked.
    Damaged,
    /// The PDF page draws more than any page does.
    Endless,
}

/// The glyphs of `page`. Each form that it draws costs `form_cost` of the work that is allowed, everything else one.
///
/// # Errors
/// If the page is damaged or draws without end. The cache must not be used again then.
pub(super) fn glyphs_of_page<'a>(
    page: &Page<'a>,
    cache: &InterpreterCache<'a>,
    form_cost: u64,
    max_work: u64,
) -> Result<PageGlyphs, PageError> {
    let (width, height) = page.render_dimensions();
    let dimensions = (f64::from(width), f64::from(height));
    let mut collector = GlyphCollector {
        page: PageGlyphs { dimensions, ..PageGlyphs::default() },
        form_cost,
        max_work,
        is_endless: false,
    };
    let outcome = guarded(|| {
        let area = Rect::new(0.0, 0.0, dimensions.0, dimensions.1);
        let transform = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(transform, area, cache, page.xref(), InterpreterSettings::default());
        interpret_page(page, &mut context, &mut collector);
    });
    match outcome {
        Some(()) => Ok(collector.page),
        None if collector.is_endless => Err(PageError::Endless),
        None => Err(PageError::Damaged),
    }
}

/// Takes what is drawn.
struct GlyphCollector {
    page: PageGlyphs,
    form_cost: u64,
    max_work: u64,
    is_endless: bool,
}

impl GlyphCollector {
    /// Counts work, and ends the interpretation when there is too much of it: the trait has no other way to stop.
    fn spend(&mut self, cost: u64) {
        self.page.work = self.page.work.saturating_add(cost);
        if self.page.work > self.max_work || self.page.glyphs.len() > MAX_GLYPHS {
            self.is_endless = true;
            resume_unwind(Box::new("a page that draws without end"));
        }
    }
}

impl Device<'_> for GlyphCollector {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {
        self.spend(1);
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'_>, _: &DrawMode) {
        self.spend(1);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.spend(self.form_cost);
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.spend(1);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {
        self.spend(1);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, mode: &DrawMode) {
        let is_bold = run.glyphs().first().is_some_and(|first| is_bold(first));
        let (width, height) = self.page.dimensions;
        for drawn in run.glyphs() {
            self.spend(1);
            let transform = props.transform * drawn.transform();
            let place = |x: f64, y: f64| {
                let point = transform * Point::new(x, y);
                (point.x, point.y)
            };
            let advance = glyph_advance(drawn);
            let (start, end, top) = (place(0.0, 0.0), place(advance, 0.0), place(0.0, UNITS_PER_EM));
            let size = (top.0 - start.0).hypot(top.1 - start.1);
            let is_placed = [start.0, start.1, end.0, end.1, size].iter().all(|length| length.is_finite());
            if !is_placed {
                continue;
            }
            let is_out = start.0 < -BLEED || start.1 < -BLEED || start.0 > width + BLEED || start.1 > height + BLEED;
            // A line that begins on the page and runs off it is read to its end.
            let goes_on =
                self.page.glyphs.last().is_some_and(|last| {
                    !last.is_hidden && (last.end.0 - start.0).hypot(last.end.1 - start.1) < 1.5 * size
                });
            let is_off_page = is_out && !goes_on;
            let text = match drawn.as_unicode() {
                Some(BfString::Char(character)) => character.to_string(),
                Some(BfString::String(text)) => text,
                None => UNKNOWN.to_string(),
            };
            self.page.glyphs.push(Glyph {
                text,
                start,
                end,
                size,
                direction: glyph_direction(start, place(UNITS_PER_EM, 0.0)),
                is_hidden: is_off_page || matches!(mode, DrawMode::Invisible),
                is_bold,
            });
        }
    }

    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {
        self.spend(1);
        self.page.pictures += 1;
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// How far the next glyph is, in the units of the font.
fn glyph_advance(drawn: &DrawnGlyph<'_>) -> f64 {
    let advance = match drawn {
        font::Glyph::Outline(outline) => outline.advance_width(),
        font::Glyph::Type3(drawing) => drawing.advance_width(),
    };
    advance.map_or(UNITS_PER_EM / 2.0, f64::from)
}

fn is_bold(drawn: &DrawnGlyph<'_>) -> bool {
    let font::Glyph::Outline(outline) = drawn else { return false };
    outline.font_data().is_some_and(|data| {
        let name = data.postscript_name.unwrap_or_default();
        data.weight.is_some_and(|weight| weight >= 600)
            || ["Bold", "Black", "Heavy"].iter().any(|bold| name.contains(bold))
    })
}

/// The direction from `start` to `end`, where y grows downwards.
fn glyph_direction(start: (f64, f64), end: (f64, f64)) -> Direction {
    let (x, y) = (end.0 - start.0, end.1 - start.1);
    // Slightly turned pages of a scanner still count as straight.
    let is_along = |along: f64, across: f64| across.abs() <= along.abs() * 0.1;
    if is_along(x, y) {
        if x >= 0.0 { Direction::Right } else { Direction::Left }
    } else if is_along(y, x) {
        if y >= 0.0 { Direction::Down } else { Direction::Up }
    } else {
        Direction::Askew
    }
}
