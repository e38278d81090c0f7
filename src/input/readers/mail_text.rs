//! A mail or form that was saved as plain text → title, author, day and the like from its head, its text, and what is not part
//! of it: the other lines of the head, the signature, and mails that it quotes.
//!
//! Mails that are saved whole have a reader of their own. These were copied out of a window, in German or English.

use super::super::characters::{is_web_address, one_line};
use super::{mail_quotes, written_date};
use crate::document::{Date, LeftOut};

/// Rule of the lines of a head.
const HEAD: &str = "mail-headers";

/// Rule of signatures.
const SIGNATURE: &str = "signature";

/// Rule of mails that are quoted in a reply.
const QUOTED_REPLY: &str = "quoted-reply";

/// What a line of the head states.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Title,
    /// The title of a mail.
    Subject,
    Day,
    UpdateDay,
    Author,
    Outlet,
    /// The address of the article.
    Address,
    /// What only mails state.
    MailHeader,
    Other,
}

/// Labels of lines in a head, in lower case.
const LABELS: &[(&str, Label)] = &[
    ("titel", Label::Title),
    ("überschrift", Label::Title),
    ("schlagzeile", Label::Title),
    ("headline", Label::Title),
    ("title", Label::Title),
    ("betreff", Label::Subject),
    ("betr.", Label::Subject),
    ("subject", Label::Subject),
    ("datum", Label::Day),
    ("date", Label::Day),
    ("gesendet", Label::Day),
    ("gesendet am", Label::Day),
    ("sent", Label::Day),
    ("veröffentlicht", Label::Day),
    ("veröffentlicht am", Label::Day),
    ("erschienen", Label::Day),
    ("erschienen am", Label::Day),
    ("stand", Label::UpdateDay),
    ("aktualisiert", Label::UpdateDay),
    ("aktualisiert am", Label::UpdateDay),
    ("autor", Label::Author),
    ("autorin", Label::Author),
    ("autoren", Label::Author),
    ("author", Label::Author),
    ("verfasser", Label::Author),
    ("verfasserin", Label::Author),
    ("von", Label::Author),
    ("from", Label::Author),
    ("medium", Label::Outlet),
    ("zeitung", Label::Outlet),
    ("publikation", Label::Outlet),
    ("organization", Label::Outlet),
    ("url", Label::Address),
    ("link", Label::Address),
    ("an", Label::MailHeader),
    ("to", Label::MailHeader),
    ("cc", Label::MailHeader),
    ("bcc", Label::MailHeader),
    ("kopie", Label::MailHeader),
    ("antwort an", Label::MailHeader),
    ("reply-to", Label::MailHeader),
    ("anlagen", Label::MailHeader),
    ("anhang", Label::MailHeader),
    ("attachments", Label::MailHeader),
    ("priorität", Label::MailHeader),
    ("importance", Label::MailHeader),
    ("message-id", Label::MailHeader),
    ("mime-version", Label::MailHeader),
    ("content-type", Label::MailHeader),
    ("content-transfer-encoding", Label::MailHeader),
    ("user-agent", Label::MailHeader),
    ("return-path", Label::MailHeader),
    ("received", Label::MailHeader),
    ("quelle", Label::Other),
    ("ressort", Label::Other),
    ("rubrik", Label::Other),
    ("seite", Label::Other),
    ("ausgabe", Label::Other),
    ("schlagwörter", Label::Other),
    ("stichwörter", Label::Other),
    ("tags", Label::Other),
];

/// A mail or form in its parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MailText {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) published: Option<Date>,
    pub(super) updated: Option<Date>,
    pub(super) outlet: Option<String>,
    pub(super) url: Option<String>,
    /// The text under the head, without signature and quoted mails.
    pub(super) body: String,
    pub(super) left_out: Vec<LeftOut>,
}

/// The parts of `text`; `None` if it has neither a head nor a mail that it quotes, or if nothing of it would be left.
pub(super) fn parse(text: &str) -> Option<MailText> {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| !line.trim().is_empty())?;
    let mut mail = MailText::default();
    let head = mail.read_head(&lines[start..]);
    let body = &lines[start + head.map_or(0, |head| head.lines)..];
    if head.is_some_and(|head| !head.is_of_mail) {
        // Dashes and marks of quotations mean something else in a form.
        mail.body = body.join("\n");
    } else {
        let is_forward = mail.title.as_deref().is_some_and(mail_quotes::is_forward);
        let parts = mail_quotes::take_apart(&body.join("\n"), is_forward);
        // Without a head, lines after `>` are a quotation of the text, unless they are introduced as a mail is.
        let is_mail = head.is_some() || parts.quoted.iter().any(|quoted| !quoted.trim_start().starts_with('>'));
        if !is_mail {
            return None;
        }
        mail.body = parts.own;
        for (passages, rule) in [(parts.heads, HEAD), (parts.quoted, QUOTED_REPLY), (parts.signatures, SIGNATURE)] {
            mail.left_out.extend(passages.iter().map(|passage| listed(passage, rule)));
        }
    }
    (!mail.body.trim().is_empty()).then_some(mail)
}

/// How long a head is, and of what.
#[derive(Clone, Copy)]
struct Head {
    lines: usize,
    is_of_mail: bool,
}

impl MailText {
    /// Reads the head that `lines` begin with. It has at least two lines with labels, or one that names the title.
    fn read_head(&mut self, lines: &[&str]) -> Option<Head> {
        let mut fields: Vec<(Label, String)> = Vec::new();
        let mut length = 0;
        for (index, line) in lines.iter().enumerate() {
            if let Some((label, value)) = labelled(line) {
                fields.push((label, value.to_owned()));
            } else if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), fields.last_mut()) {
                value.push_str(line);
            } else if line.trim().is_empty() {
                // A form may have blank lines between its fields.
                continue;
            } else {
                break;
            }
            length = index + 1;
        }
        let has = |wanted: &[Label]| fields.iter().any(|(label, _)| wanted.contains(label));
        if fields.len() < 2 && !has(&[Label::Title, Label::Subject]) {
            return None;
        }
        let is_of_mail = has(&[Label::Subject, Label::MailHeader]);
        for (label, value) in &fields {
            let value = one_line(value);
            let own_text = || Some(value.clone()).filter(|text| !text.is_empty());
            match label {
                Label::Title | Label::Subject => self.title = self.title.take().or_else(own_text),
                Label::Day => self.published = self.published.or_else(|| written_date::date(&value)),
                Label::UpdateDay => self.updated = self.updated.or_else(|| written_date::date(&value)),
                Label::Author => self.author = self.author.take().or_else(|| name(&value)),
                Label::Outlet => self.outlet = self.outlet.take().or_else(own_text),
                Label::Address => self.url = self.url.take().or_else(|| own_text().filter(|url| is_web_address(url))),
                Label::MailHeader | Label::Other => {}
            }
        }
        let mut is_in_title = false;
        for line in lines[..length].iter().filter(|line| !line.trim().is_empty()) {
            if let Some((label, _)) = labelled(line) {
                is_in_title = matches!(label, Label::Title | Label::Subject);
            }
            if !is_in_title {
                self.left_out.push(listed(line, HEAD));
            }
        }
        Some(Head { lines: length, is_of_mail })
    }
}

fn listed(text: &str, rule: &str) -> LeftOut {
    LeftOut { text: one_line(text), rule: rule.to_owned() }
}

/// The label and the value of a line such as `Betreff: Neue Buslinie`.
fn labelled(line: &str) -> Option<(Label, &str)> {
    let (label, value) = line.trim().split_once(':')?;
    let lower = label.trim_matches(['*', '_', ' ']).to_lowercase();
    LABELS.iter().find(|(known, _)| *known == lower).map(|(_, label)| (*label, value.trim_matches(['*', ' '])))
}

/// The name in `Petra Lindner <p.lindner@example.org>`; `None` if there is only an address.
fn name(value: &str) -> Option<String> {
    let plain = value.split(['<', '[', '(']).next().unwrap_or_default().trim_matches(['"', '\'', ' ', ',']);
    (!plain.is_empty() && !plain.contains('@') && plain.len() <= 120).then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passages(mail: &MailText) -> Vec<(&str, &str)> {
        mail.left_out.iter().map(|passage| (passage.rule.as_str(), passage.text.as_str())).collect()
    }

    #[test]
    fn a_mail_is_taken_apart() {
        let text = "Von: Petra Lindner <p.lindner@example.org>\nAn: Redaktion\nDatum: Mon, 6 May 2024 09:12:44 +0200\n\
                    Betreff: Rat beschließt neue\n  Buslinie\n\nDer Rat hat sie beschlossen.\n\n-- \nPetra Lindner\nTel. 12345\n\n\
                    Am 05.05.2024 schrieb Redaktion:\n> Können Sie uns\n> den Beschluss schicken?\n";
        let mail = parse(text).unwrap();
        assert_eq!(mail.title.as_deref(), Some("Rat beschließt neue Buslinie"));
        assert_eq!(mail.author.as_deref(), Some("Petra Lindner"));
        assert_eq!(mail.published.map(|day| day.to_string()).as_deref(), Some("2024-05-06"));
        assert_eq!(mail.body.trim(), "Der Rat hat sie beschlossen.");
        let reply = "Am 05.05.2024 schrieb Redaktion: > Können Sie uns > den Beschluss schicken?";
        let lines = passages(&mail);
        assert_eq!(lines.iter().filter(|(rule, _)| *rule == "mail-headers").count(), 3);
        assert!(lines.contains(&("signature", "Petra Lindner Tel. 12345")), "{lines:?}");
        assert!(lines.contains(&("quoted-reply", reply)) && lines.contains(&("mail-headers", "An: Redaktion")));
    }

    #[test]
    fn a_form_names_its_title_author_and_day() {
        let form = parse("Titel: Neue Brücke\nDatum: 3. Mai 2024\nAutorin: Jana Ohm\n\nSie ist lang.\n").unwrap();
        assert_eq!((form.title.as_deref(), form.author.as_deref()), (Some("Neue Brücke"), Some("Jana Ohm")));
        assert_eq!(form.published.map(|day| day.to_string()).as_deref(), Some("2024-05-03"));
        assert_eq!(form.body.trim(), "Sie ist lang.");
        assert_eq!(parse("Überschrift: Regen\nEs regnet.").unwrap().title.as_deref(), Some("Regen"));
    }

    #[test]
    fn the_mail_below_another_is_quoted() {
        let text = "Danke. Wir haben gefragt.\n\n____________\nVon: Kai Lund\nGesendet: Freitag, 3. Mai 2024\nAn: Redaktion\n\
                    Betreff: Fähre\n\nSie fährt nicht.\n";
        let mail = parse(text).unwrap();
        assert_eq!(mail.body.trim(), "Danke. Wir haben gefragt.");
        assert!(passages(&mail)[0].1.ends_with("Betreff: Fähre Sie fährt nicht."));
    }

    #[test]
    fn a_form_with_blank_lines_states_outlet_and_address_and_has_no_signature() {
        let text = "Titel: Neue Brücke\n\nZeitung: Ahlhauser Bote\nStand: 4. Mai 2024\n\nURL: https://bote.example/1\n\n\
                    Sie ist lang.\n\n--\n\nSie ist breit.\n> Endlich!\n> Ja!\n";
        let form = parse(text).unwrap();
        assert_eq!(
            (form.outlet.as_deref(), form.url.as_deref()),
            (Some("Ahlhauser Bote"), Some("https://bote.example/1"))
        );
        assert_eq!(form.updated.map(|day| day.to_string()).as_deref(), Some("2024-05-04"));
        assert!(form.body.contains("Sie ist lang.") && form.body.contains("Sie ist breit.\n> Endlich!"));
    }

    #[test]
    fn other_text_is_no_mail() {
        for text in [
            "",
            "Von: hier an wird gebaut.\n\nDer Rat tagt.",
            "Thema: Energie\n\nDer Rat tagt.",
            "> Nur ein Zitat.\n> Sonst nichts.",
            "Er zitiert Goethe.\n\n> Über allen Gipfeln\n> ist Ruh.\n\nDann schwieg er.",
            "Der Rat tagt.\nDatum: noch offen.",
            "Betreff: Fähre\n",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
