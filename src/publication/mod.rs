//! An article → the day and the time at which it was published, as far as it says so.
//!
//! `prose_dates.rs` reads dates in German prose, `dateline.rs` knows which of them are datelines, `date.rs` and `time.rs` decide which is
//! that of the article. Nothing is guessed: a date within a sentence belongs to the news.

mod date;
mod dateline;
mod prose_dates;
mod time;

pub use date::publication_date;
pub use dateline::without_dateline;
pub use prose_dates::prose_dates;
pub use time::publication_time;
