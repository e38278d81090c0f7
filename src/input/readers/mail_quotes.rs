//! The text of a mail, without its head → what its sender wrote, the mails that are quoted in it, and the signature.
//!
//! Quoted lines begin with `>`, or follow a line such as `-----Ursprüngliche Nachricht-----` or the head of an older mail. A
//! signature follows a line `-- `. What is forwarded is the text of the mail, not a quotation.
//!
//! Promises: every line is in one of the three, but lines that only separate them; time is linear.

/// The text of a mail in its parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MailParts {
    /// What its sender wrote, or forwarded.
    pub(super) own: String,
    /// Mails that are quoted, each with the line that introduces it.
    pub(super) quoted: Vec<String>,
    /// Signatures, and what a mailing list adds.
    pub(super) signatures: Vec<String>,
    /// Heads of forwarded mails.
    pub(super) heads: Vec<String>,
}

/// Words of the line before a quotation: `Am 3. Mai schrieb Jana Ohm:`.
const ATTRIBUTION_WORDS: &[&str] = &["schrieb", "schrieben", "schreibt", "wrote", "writes", "écrit", "geschrieben"];

/// Lines, between dashes, after which an older mail follows.
const REPLY_MARKS: &[&str] =
    &["ursprüngliche nachricht", "originalnachricht", "original message", "original-nachricht"];

/// Lines after which a forwarded mail follows.
const FORWARD_MARKS: &[&str] = &[
    "forwarded message",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht",
    "begin forwarded message",
    "weitergeleitete e-mail",
    "original-nachricht weitergeleitet",
];

/// Names in the head of an older mail.
const HEAD_NAMES: &[&str] = &[
    "von",
    "from",
    "gesendet",
    "sent",
    "datum",
    "date",
    "an",
    "to",
    "cc",
    "kopie",
    "betreff",
    "subject",
    "reply-to",
    "antwort an",
    "wichtigkeit",
    "importance",
    "organisation",
    "organization",
];

/// How many lines of an older mail's head make one.
const MIN_HEAD_LINES: usize = 3;

/// How many lines before a quotation are searched for the end of the line that introduces it.
const MAX_LINES_TO_ATTRIBUTION: usize = 4;

/// Words in the footer of a mailing list.
const LIST_WORDS: &[&str] = &["mailing list", "mailingliste", "mailing-liste", "listinfo", "unsubscribe", "verteiler"];

/// What the lines belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Own,
    /// An older mail to the end.
    Older,
    Signature,
}

/// `text` in its parts. `is_forward` says that the older mail in it is what the mail is about.
pub(super) fn take_apart(text: &str, is_forward: bool) -> MailParts {
    let lines: Vec<&str> = text.lines().collect();
    let mut parts = MailParts::default();
    let mut own: Vec<&str> = Vec::new();
    let mut rest: Vec<&str> = Vec::new();
    let mut place = Place::Own;
    let mut index = 0;
    while index < lines.len() {
        let line = lines[index];
        if place == Place::Older {
            rest.push(line);
            index += 1;
            continue;
        }
        let quoted = quoted_lines(&lines[index..]);
        if quoted > 0 {
            let introduction = take_attribution(if place == Place::Own { &mut own } else { &mut rest });
            let is_quotation = quoted > 1 || !introduction.is_empty();
            if is_quotation {
                end_signature(&mut rest, &mut parts);
                let older: Vec<&str> =
                    introduction.into_iter().chain(lines[index..index + quoted].iter().copied()).collect();
                push_text(&mut parts.quoted, &older);
                index += quoted;
                continue;
            }
        }
        if let Some(length) = head_lines(&lines[index..]) {
            if is_forward || is_after_forward_mark(&own) {
                push_text(&mut parts.heads, &lines[index..index + length]);
                index += length;
                continue;
            }
            end_signature(&mut rest, &mut parts);
            place = Place::Older;
            continue;
        }
        let is_mark = is_between_dashes(line, REPLY_MARKS) && !is_forward;
        if is_mark || is_separator(line) && lines.get(index + 1).is_some_and(|next| is_head_line(next)) && !is_forward {
            end_signature(&mut rest, &mut parts);
            place = Place::Older;
        } else if line.trim_end() == "--" || is_list_footer(&lines[index..]) {
            end_signature(&mut rest, &mut parts);
            place = Place::Signature;
        } else if place == Place::Signature {
            rest.push(line);
        } else {
            own.push(line);
        }
        index += 1;
    }
    if place == Place::Older {
        push_text(&mut parts.quoted, &rest)
    } else {
        end_signature(&mut rest, &mut parts)
    }
    own.retain(|line| !is_between_dashes(line, FORWARD_MARKS));
    parts.own = own.join("\n");
    if parts.own.trim().is_empty() && !parts.quoted.is_empty() {
        // Nothing but a quotation is the text.
        let unquoted =
            parts.quoted.iter().flat_map(|text| text.lines()).map(|line| line.trim_start_matches(['>', ' ']));
        parts.own = unquoted.collect::<Vec<_>>().join("\n");
        parts.quoted.clear();
    }
    parts
}

/// True if the title of a mail says that it passes another one on.
pub(super) fn is_forward(subject: &str) -> bool {
    let lower = subject.to_lowercase();
    ["wg:", "fwd:", "fw:", "wtr:", "[fwd"].iter().any(|opening| lower.starts_with(opening))
}

fn push_text(texts: &mut Vec<String>, lines: &[&str]) {
    let text = lines.join("\n").trim().to_owned();
    if !text.is_empty() {
        texts.push(text);
    }
}

fn end_signature(rest: &mut Vec<&str>, parts: &mut MailParts) {
    push_text(&mut parts.signatures, rest);
    rest.clear();
}

/// How many of the first `lines` are quoted, with blank lines between but not after them.
fn quoted_lines(lines: &[&str]) -> usize {
    let mut count = 0;
    for (index, line) in lines.iter().enumerate() {
        if line.trim_start().starts_with('>') {
            count = index + 1;
        } else if !line.trim().is_empty() || count == 0 {
            break;
        }
    }
    count
}

/// Removes the lines from the end of `own` that say who is quoted: `Am 3. Mai 2024 um 10:00 schrieb Jana Ohm` and
/// `<ohm@bote.example>:`.
fn take_attribution<'text>(own: &mut Vec<&'text str>) -> Vec<&'text str> {
    let near = own.len().saturating_sub(MAX_LINES_TO_ATTRIBUTION);
    let Some(last) = own[near..].iter().rposition(|line| !line.trim().is_empty()).map(|last| near + last) else {
        return Vec::new();
    };
    let line = own[last].trim_end();
    if !line.ends_with(':') && !line.ends_with('>') {
        return Vec::new();
    }
    for first in (last.saturating_sub(2)..=last).rev() {
        if own[first].trim().is_empty() {
            break;
        }
        let has_word = own[first]
            .split(|character: char| !character.is_alphanumeric())
            .any(|word| ATTRIBUTION_WORDS.contains(&word.to_lowercase().as_str()));
        if has_word {
            // The date may stand in a line of its own.
            let begins = |line: &str| ["Am ", "On ", "Le ", "Den "].iter().any(|opening| line.starts_with(opening));
            let start = if first > 0 && !begins(own[first]) && begins(own[first - 1]) { first - 1 } else { first };
            return own.drain(start..).collect();
        }
    }
    Vec::new()
}

/// How many of the first `lines` are the head of a mail; `None` if they are none.
fn head_lines(lines: &[&str]) -> Option<usize> {
    let mut count = 0;
    let mut names = 0;
    for line in lines {
        if is_head_line(line) {
            names += 1;
        } else if names == 0 || line.trim().is_empty() || !line.starts_with([' ', '\t']) {
            break;
        }
        count += 1;
    }
    let first = lines.first()?.trim_start_matches(['*', ' ', '>']).to_lowercase();
    let is_first =
        ["von:", "from:", "betreff:", "subject:", "datum:", "date:"].iter().any(|name| first.starts_with(name));
    (names >= MIN_HEAD_LINES && is_first).then_some(count)
}

/// True for `Von: Jana Ohm`, also with the name in bold: `*Von:* Jana Ohm`.
fn is_head_line(line: &str) -> bool {
    let plain = line.trim_start_matches(['*', ' ']);
    let Some((name, _)) = plain.split_once(':') else { return false };
    name.len() <= 20 && HEAD_NAMES.contains(&name.trim_end_matches('*').to_lowercase().as_str())
}

/// True for a line of dashes around one of `marks`, or `Begin forwarded message:`.
fn is_between_dashes(line: &str, marks: &[&str]) -> bool {
    let words = line.trim_matches(['-', ' ', '\t', '_', ':', '\u{a0}']);
    words.len() < line.trim().len() && words.len() < 60 && marks.contains(&words.to_lowercase().as_str())
}

/// True for a line of underscores or dashes.
fn is_separator(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 10 && (line.bytes().all(|byte| byte == b'_') || line.bytes().all(|byte| byte == b'-'))
}

/// True if the last line of `own` introduces a forwarded mail.
fn is_after_forward_mark(own: &[&str]) -> bool {
    own.iter().rev().find(|line| !line.trim().is_empty()).is_some_and(|line| is_between_dashes(line, FORWARD_MARKS))
}

/// True if `lines` begin with what a mailing list adds: a line of underscores, then a few lines about the list.
fn is_list_footer(lines: &[&str]) -> bool {
    lines.first().is_some_and(|line| is_separator(line))
        && lines.len() <= 12
        && lines[1..].iter().any(|line| {
            let lower = line.to_lowercase();
            LIST_WORDS.iter().any(|word| lower.contains(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, own: &str, quoted: &[&str], signatures: &[&str]) {
        let parts = take_apart(text, false);
        assert_eq!(parts.own.trim(), own, "{text}");
        assert_eq!(
            (parts.quoted.as_slice(), parts.signatures.as_slice()),
            (texts(quoted).as_slice(), texts(signatures).as_slice()),
            "{text}"
        );
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn quotations_and_signatures_are_no_text_of_the_sender() {
        check(
            "Gern, morgen um zehn.\n\nAm 3. Mai 2024 schrieb Jana Ohm:\n> Passt es morgen?\n>\n> Jana\n\n-- \nKai Lund\nStadt Ulm\n",
            "Gern, morgen um zehn.",
            &["Am 3. Mai 2024 schrieb Jana Ohm:\n> Passt es morgen?\n>\n> Jana"],
            &["Kai Lund\nStadt Ulm"],
        );
        check(
            "Ja.\n\nOn Fri, May 3, 2024 at 10:00 AM Jana Ohm\n<ohm@bote.example> wrote:\n\n> Kommst du?\n",
            "Ja.",
            &["On Fri, May 3, 2024 at 10:00 AM Jana Ohm\n<ohm@bote.example> wrote:\n\n> Kommst du?"],
            &[],
        );
        check(
            "Ja.\n\n-- \nKai Lund\n\nAm 3. Mai schrieb Jana Ohm:\n> Kommst du?\n",
            "Ja.",
            &["Am 3. Mai schrieb Jana Ohm:\n> Kommst du?"],
            &["Kai Lund"],
        );
        check(
            "Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Jana Ohm\nGesendet: Freitag\n\nKommst du?\n",
            "Ja.",
            &["Von: Jana Ohm\nGesendet: Freitag\n\nKommst du?"],
            &[],
        );
        check(
            "Ja.\n\n________________________________\nVon: Jana Ohm\nGesendet: Freitag\nAn: Kai\nBetreff: Treffen\n\nKommst du?",
            "Ja.",
            &["Von: Jana Ohm\nGesendet: Freitag\nAn: Kai\nBetreff: Treffen\n\nKommst du?"],
            &[],
        );
        check(
            "> Erste Frage?\n> Bitte!\nErste Antwort.\n\n> Zweite Frage?\n> Bitte!\nZweite Antwort.\n",
            "Erste Antwort.\n\nZweite Antwort.",
            &["> Erste Frage?\n> Bitte!", "> Zweite Frage?\n> Bitte!"],
            &[],
        );
        check(
            "Neues Heft.\n\n_______________________________________________\nPresse mailing list\nPresse@bote.example\n",
            "Neues Heft.",
            &[],
            &["Presse mailing list\nPresse@bote.example"],
        );
    }

    #[test]
    fn text_that_looks_like_a_quotation_stays() {
        for text in [
            "Mehr dazu:\n> Zur Anmeldung\nBis bald.",
            "Von: 10 Uhr\nBis: 12 Uhr\nOrt: Rathaus",
            "Das Amt schrieb:\nWir kommen.",
            "Er sagte - nichts.\n--\u{2009}wirklich",
            "Teil eins\n\n----------\n\nTeil zwei",
        ] {
            check(text, text, &[], &[]);
        }
        let forward = "Zur Kenntnis.\n\n-------- Weitergeleitete Nachricht --------\nBetreff: Halle\nDatum: Freitag\nVon: Jana\n\nDie Halle ist da.";
        let parts = take_apart(forward, false);
        assert_eq!(parts.own, "Zur Kenntnis.\n\n\nDie Halle ist da.");
        assert_eq!(parts.heads, texts(&["Betreff: Halle\nDatum: Freitag\nVon: Jana"]));
        check("> Nur ein Zitat.\n> Sonst nichts.", "Nur ein Zitat.\nSonst nichts.", &[], &[]);
    }

    #[test]
    fn time_is_linear_in_quotations_and_heads() {
        let text = "> a\n> b\n\nAm 3. schrieb A:\nVon: x\n\n--\n\n".repeat(100_000);
        assert!(!take_apart(&text, false).quoted.is_empty());
        assert!(!take_apart(&">\n\n".repeat(200_000), false).own.contains('>'));
        take_apart(&"Von: x\n y\n".repeat(200_000), true);
    }
}
