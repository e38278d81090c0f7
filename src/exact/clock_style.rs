//! How clock times are written.

/// How clock times are written, everywhere in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockStyle {
    /// `18:30`, as German writes them.
    #[default]
    TwentyFour,
    /// `6:30 p.m.`
    Twelve,
}

impl ClockStyle {
    /// Every style, the default first.
    pub const ALL: [Self; 2] = [Self::TwentyFour, Self::Twelve];

    /// The clock style's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::TwentyFour => "24h",
            Self::Twelve => "12h",
        }
    }

    /// An example of the clock style, for the help text.
    pub fn about(self) -> &'static str {
        match self {
            Self::TwentyFour => "18:30",
            Self::Twelve => "6:30 p.m.",
        }
    }

    /// A clock time, in minutes since midnight, in this style. `is_certain` is false if it may be in either half of the day; then none is named.
    pub(super) fn write(self, minutes: u16, is_certain: bool) -> String {
        let (clock_hour, minute) = (minutes / 60 % 24, minutes % 60);
        match (self, clock_hour, minute) {
            (_, 0, 0) if is_certain => "midnight".into(),
            (Self::Twelve, 12, 0) if is_certain => "noon".into(),
            (Self::TwentyFour, ..) => format!("{clock_hour}:{minute:02}"),
            (Self::Twelve, ..) => {
                let hour_of_twelve = if clock_hour % 12 == 0 { 12 } else { clock_hour % 12 };
                let half_of_day = match (is_certain, clock_hour < 12) {
                    (false, _) => "",
                    (true, true) => " a.m.",
                    (true, false) => " p.m.",
                };
                match minute {
                    0 if is_certain => format!("{hour_of_twelve}{half_of_day}"),
                    0 => format!("{hour_of_twelve} o’clock"),
                    _ => format!("{hour_of_twelve}:{minute:02}{half_of_day}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_one_style() {
        for (minutes, is_certain, wanted) in [
            (18 * 60 + 30, true, ["18:30", "6:30 p.m."]),
            (9 * 60, true, ["9:00", "9 a.m."]),
            (30, true, ["0:30", "12:30 a.m."]),
            (0, true, ["midnight", "midnight"]),
            (12 * 60, true, ["12:00", "noon"]),
            (8 * 60 + 30, false, ["8:30", "8:30"]),
            (8 * 60, false, ["8:00", "8 o’clock"]),
        ] {
            assert_eq!(ClockStyle::ALL.map(|style| style.write(minutes, is_certain)), wanted, "{minutes}");
        }
    }
}
