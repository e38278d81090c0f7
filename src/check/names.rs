//! A name that is not the same.

use super::{Check, Pair, Repair};
use crate::document::Flag;

pub(super) const CHECK: Check = Check { flag: Flag::Name, sees: "", why: "", repair: Repair::Search, find };

fn find(_pair: &Pair<'_>) -> Option<String> {
    None
}
