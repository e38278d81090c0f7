//! The canned briefings that every format is tested on: ordinary, empty, complete, nasty, and bare.
//!
//! All texts were written for these tests, the English included.

use super::article::{Article, ArticleDraft, LeftOut, ParagraphKind, Section};
use super::changes::{ChangedArticle, Changes, FormerSentence, GoneArticle};
use super::date::{Date, Time};
use super::digest::{
    Difference, DifferenceKind, FolderDigest, Highlight, IndexedName, NameKind, Story, Topic, Version,
};
use super::entry::{Entry, Mention};
use super::language::Language;
use super::overview::{Failure, ModelIdentity, Overview, Provenance};
use super::spans::Spans;
use super::summary::{Point, PointOrigin, SentenceRef, Summary, WritingCounts};
use super::translation::{Flag, Note, Sentence, TermUse, TranslatedParagraph, Translation};

/// A whole briefing in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Briefing {
    /// The entries in the order of the input.
    pub(crate) entries: Vec<Entry>,
    /// Counts, failures and provenance.
    pub(crate) overview: Overview,
}

/// Name and constructor of a canned briefing.
pub(crate) type Canned = (&'static str, fn() -> Briefing);

/// Every canned briefing.
pub(crate) const CANNED: &[Canned] =
    &[("ordinary", ordinary), ("empty", empty), ("complete", complete), ("nasty", nasty), ("bare", bare)];

/// A German sentence, its English, and its flags.
type FlaggedPair = (&'static str, &'static str, &'static [Flag]);

/// Ingredients of an article.
#[derive(Default)]
struct ArticlePlan {
    source: &'static str,
    title: Option<(&'static str, &'static str)>,
    title_flags: &'static [Flag],
    metadata: Metadata,
    paragraphs: Vec<(ParagraphKind, Vec<FlaggedPair>)>,
    /// Paragraph and sentence of each summary point; `None` if there is no summary.
    summary: Option<Vec<Vec<(usize, usize)>>>,
    left_out: Vec<LeftOut>,
}

/// What the file of an article says about it.
#[derive(Default)]
struct Metadata {
    outlet: Option<&'static str>,
    author: Option<&'static str>,
    url: Option<&'static str>,
    updated: Option<(u16, u8, u8)>,
}

/// Three articles with everything that ordinary articles have.
pub(crate) fn ordinary() -> Briefing {
    briefing(vec![harbour(), heating(), library()], Vec::new(), provenance())
}

/// No article was found.
pub(crate) fn empty() -> Briefing {
    briefing(Vec::new(), Vec::new(), Provenance::default())
}

/// One of everything that a briefing can contain: failures with and without a hint, passages left out, points of every
/// origin.
pub(crate) fn complete() -> Briefing {
    let left_out = vec![
        LeftOut { text: "Lesen Sie auch: Was die neue Fähre kostet".into(), rule: "read-also".into() },
        LeftOut {
            text: "Kommentare\n\nBitte melden Sie sich an, um mitzureden. Es gelten unsere Regeln.".into(),
            rule: "comments".into(),
        },
    ];
    let failures = vec![
        Failure {
            source: "archiv/1998/beilage.html".into(),
            error: "cannot read archiv/1998/beilage.html: the page holds no running text".into(),
            hint: Some("if the text is all in pictures, run it through OCR first".into()),
        },
        Failure { source: "archiv/leer.txt".into(), error: "the file is empty".into(), hint: None },
    ];
    let mut heating = heating();
    let french = "« La chaleur reste chère », dit la voisine strasbourgeoise.";
    heating.paragraphs.push((ParagraphKind::Quote, vec![(french, french, &[Flag::Foreign])]));
    let mut briefing = briefing(vec![ArticlePlan { left_out, ..harbour() }, heating], failures, provenance());
    for entry in &mut briefing.entries {
        let Some(summary) = &mut entry.summary else { continue };
        let points = std::mem::take(&mut summary.points).into_iter().zip(PointOrigin::ALL.into_iter().cycle());
        let point = |(point, origin): (Point, PointOrigin)| match origin {
            PointOrigin::Written => point
                .from_origin(origin)
                .written_in_german("Der Bau hat 412 Mio. Euro gekostet.", vec![Note::from(Flag::LowConfidence)]),
            _ => point.from_origin(origin),
        };
        summary.points = points.map(point).collect();
        let writing = WritingCounts { in_parts: 1, supported: 1, rewritten: 1, replaced: 1, flagged: 1, dropped: 1 };
        briefing.overview.writing.get_or_insert_default().add(&writing);
        summary.writing = Some(writing);
    }
    briefing.overview.changes = Some(changes());
    briefing
}

/// The first article is new, the second has changed, and another is gone.
fn changes() -> Changes {
    let former = |german: &str, english: &str| FormerSentence { german: german.into(), english: english.into() };
    let changed = ChangedArticle {
        article: 1,
        former_title: Some(former("Fernwärme bleibt billig", "District heating remains cheap")),
        added: vec![SentenceRef { paragraph: 0, sentence: 0 }],
        removed: vec![former("Die Preise steigen nicht.", "Prices are not rising.")],
        more_removed: 2,
    };
    let gone = GoneArticle {
        source: "archiv/eis.txt".into(),
        german_title: Some("Eis auf der Ostsee".into()),
        english_title: "Ice on the Baltic Sea".into(),
    };
    Changes { new: vec![0], changed: vec![changed], gone: vec![gone], unchanged: 3 }
}

/// Texts that look like markup, escape sequences or links, or are too long.
pub(crate) fn nasty() -> Briefing {
    let html = ArticlePlan {
        source: "<b>böse</b>/\"&'`|*_[x](javascript:alert(1)).html",
        title: Some(("</title><script>alert('Titel')</script>", "</h2><script>alert(\"title\")</script> # | ` end #")),
        title_flags: &[Flag::Number],
        metadata: Metadata {
            outlet: Some("<b>Bote</b> *[x](y)*"),
            author: Some("</p><script>alert(6)</script>\n# A | B"),
            url: Some("https://example.invalid/\"onmouseover=\"alert(1)/<b>?a=1&b=(2)>*_`|"),
            updated: None,
        },
        paragraphs: vec![
            (
                ParagraphKind::Body,
                vec![
                    ("<script>alert(1)</script>", "<img src=x onerror=alert(1)> & &amp; &lt;", &[]),
                    ("--> ]]> <!-- \" onmouseover=\"alert(1)", "\" style=\"position:fixed\" '>", &[]),
                ],
            ),
            (
                ParagraphKind::Body,
                vec![
                    ("# Keine Überschrift", "# Not a heading", &[]),
                    ("---", "===", &[]),
                    ("| a | b |", "|---|---|", &[]),
                ],
            ),
            (ParagraphKind::Body, vec![("1. Kein Punkt", "1. Not an item\n2) nor this\n\n- or that", &[])]),
            (
                ParagraphKind::ListItem,
                vec![(
                    "* **fett** __auch__ ~~weg~~",
                    "+ [link](http://example.invalid) ![x](y) <http://example.invalid>",
                    &[],
                )],
            ),
            (ParagraphKind::Quote, vec![("> > tiefer `code` ``", "[ref]: /x \\* $x^2$ [^1] snake_case _em_", &[])]),
            (ParagraphKind::Heading, vec![("Überschrift ##", "Heading ##", &[])]),
            (
                ParagraphKind::Verbatim,
                vec![("```\n~~~~\n</pre><script>alert(2)</script>\n````\n\t<b>", "", &[Flag::Verbatim])],
            ),
            (
                ParagraphKind::Body,
                vec![(
                    "Farbe \u{1b}[31mrot\u{1b}[0m und \u{202e}verkehrt\u{202c}.",
                    "Bell \u{7} and null \0 and \u{9b}2J.",
                    &[],
                )],
            ),
            (
                ParagraphKind::Body,
                vec![("Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle", "x", &[])],
            ),
            (ParagraphKind::Body, vec![("🚢 𝔉raktur é\u{200b}", "", &[Flag::UnknownToken])]),
        ],
        summary: Some(vec![vec![(0, 0)], vec![(3, 0), (4, 0)]]),
        left_out: vec![LeftOut {
            text: "</details><script>alert(3)</script>\n# Kopf\n- Punkt".into(),
            rule: "comments".into(),
        }],
    };
    let failures = vec![Failure {
        source: "<i>kaputt</i>|`x`.txt".into(),
        error: "</li><script>alert(4)</script> *a* _b_".into(),
        hint: Some("<u>hint</u>".into()),
    }];
    let provenance = Provenance {
        program: "depesche <0>".into(),
        translator: Some(ModelIdentity { name: "<model>|`*".into(), digest: "<0>".into(), licence: None }),
        second_translator: Some(ModelIdentity { name: "<second>|`*".into(), digest: "<2>".into(), licence: None }),
        summarizer: Some("<lead>".into()),
        settings: vec![("<name>".into(), "</dd><b>value</b>|".into())],
    };
    let mut briefing = briefing(vec![html], failures, provenance);
    for summary in briefing.entries.iter_mut().filter_map(|entry| entry.summary.as_mut()) {
        let points = std::mem::take(&mut summary.points).into_iter();
        let written = |point: Point| point.written_in_german("</p><script>alert(5)</script> *a* | `b`", Vec::new());
        summary.points = points.map(written).collect();
    }
    briefing
}

/// Translations without summaries. One article has no title.
pub(crate) fn bare() -> Briefing {
    let untitled = ArticlePlan {
        source: "notizen/ohne-titel.txt",
        paragraphs: vec![
            (ParagraphKind::Body, vec![("Der Fluss steigt weiter.", "The river keeps rising.", &[])]),
            (ParagraphKind::Body, Vec::new()),
            (ParagraphKind::Heading, vec![("Was nun?", "What now?", &[])]),
        ],
        ..ArticlePlan::default()
    };
    let provenance = Provenance { summarizer: None, ..provenance() };
    briefing(vec![untitled, ArticlePlan { summary: None, ..library() }], Vec::new(), provenance)
}

fn harbour() -> ArticlePlan {
    use ParagraphKind::{Body, Heading, ListItem, Quote};
    ArticlePlan {
        source: "wirtschaft/hafen-wismarbucht.html",
        metadata: Metadata {
            outlet: Some("Ostsee-Bote"),
            author: Some("Jana Brandt, Uwe Thal"),
            url: Some("https://ostsee-bote.example/wirtschaft/hafen.html?seite=1&druck=ja"),
            updated: Some((2024, 5, 4)),
        },
        title: Some((
            "Neuer Hafen an der Wismarbucht nimmt nach neun Jahren Bauzeit den Betrieb auf",
            "New port on Wismar Bay opens after nine years of construction",
        )),
        paragraphs: vec![
            (
                Body,
                vec![
                    (
                        "Am Montagmorgen um 6.40 Uhr hat das erste Containerschiff an der neuen Kaikante festgemacht.",
                        "At 6.40 on Monday morning the first container ship moored at the new quay.",
                        &[],
                    ),
                    (
                        "Rund 3.000 Schaulustige verfolgten das Manöver trotz Nebel und Nieselregen vom Deich aus.",
                        "Some 3,000 onlookers watched the manoeuvre from the dyke despite fog and drizzle.",
                        &[],
                    ),
                    (
                        "Der Bau hat mit 412 Mio. Euro fast doppelt so viel gekostet wie geplant.",
                        "At 412 million euros, construction cost almost twice as much as planned.",
                        &[],
                    ),
                ],
            ),
            (Heading, vec![("Streit um die Zufahrt", "Dispute over the approach", &[])]),
            (
                Body,
                vec![
                    (
                        "Umweltverbände halten die Vertiefung der Fahrrinne für rechtswidrig, weil sie die Seegraswiesen \
                         vor der Insel Poel zerstöre, die nach einem Gutachten der Landesregierung zu den artenreichsten \
                         der südlichen Ostsee gehören, und weil die zugesagten Ausgleichsflächen bis heute fehlten.",
                        "Environmental groups consider the deepening of the channel unlawful because it destroys the \
                         seagrass meadows off the island of Poel, which according to a report by the state government are \
                         among the richest in species in the southern Baltic, and because the promised compensation areas \
                         are still missing.",
                        &[Flag::Split, Flag::Number, Flag::Repaired, Flag::SecondTranslator],
                    ),
                    (
                        "Über ihre Klage will das Oberverwaltungsgericht im Frühjahr entscheiden.",
                        "The higher administrative court intends to rule on their lawsuit in the spring.",
                        &[],
                    ),
                ],
            ),
            (
                Quote,
                vec![(
                    "„Wir haben nie gegen den Hafen gekämpft, sondern für die Bucht“, sagt Verbandssprecherin Grit Ahlers.",
                    "“We never fought against the port, but for the bay,” says the groups' spokeswoman, Grit Ahlers.",
                    &[],
                )],
            ),
            (Body, vec![("Bis zum Sommer sollen folgen:", "To follow by the summer:", &[])]),
            (ListItem, vec![("ein zweites Gleis zum Güterbahnhof", "a second track to the freight yard", &[])]),
            (
                ListItem,
                vec![(
                    "Landstrom an allen vier Liegeplätzen, gespeist aus dem Windpark Krassow-Süd",
                    "Shore power at all four berths, fed by the Krassow-Süd wind farm",
                    &[Flag::UnknownToken, Flag::Term],
                )],
            ),
            (ListItem, vec![("ein Radweg auf der Deichkrone", "a cycle path along the top of the dyke", &[])]),
            (
                Body,
                vec![
                    (
                        "Hafenmeister Jörn Petersen rechnet im ersten Jahr mit 240 Anläufen.",
                        "Harbour master Jörn Petersen expects 240 calls in the first year.",
                        &[],
                    ),
                    (
                        "Damit wären die neuen Kräne zu knapp einem Drittel ausgelastet.",
                        "That would put the new cranes at just under a third of capacity.",
                        &[],
                    ),
                ],
            ),
        ],
        summary: Some(vec![vec![(0, 0)], vec![(0, 2)], vec![(2, 1)], vec![(8, 0), (8, 1)]]),
        left_out: Vec::new(),
        ..ArticlePlan::default()
    }
}

fn heating() -> ArticlePlan {
    use ParagraphKind::{Body, Verbatim};
    ArticlePlan {
        source: "kommunales/waermenetz.md",
        title: Some((
            "Stadtwerke veröffentlichen Messwerte des Wärmenetzes",
            "Municipal utility publishes heat network readings",
        )),
        title_flags: &[Flag::Name, Flag::Repaired],
        // No address of the web: it is never a link.
        metadata: Metadata { url: Some("javascript:alert(7)"), ..Metadata::default() },
        paragraphs: vec![
            (
                Body,
                vec![
                    (
                        "Die Stadtwerke stellen die Messwerte ihres Wärmenetzes ab sofort stündlich ins Netz.",
                        "The municipal utility now puts the readings of its heat network online every hour.",
                        &[],
                    ),
                    (
                        "Wer eine eigene Heizung betreibt, kann sie damit vergleichen und und und",
                        "Anyone who runs their own heating can compare it with them and and and and and",
                        &[Flag::LengthLimit, Flag::Number],
                    ),
                ],
            ),
            (
                Verbatim,
                vec![(
                    "zeit;vorlauf;ruecklauf\n06:00;84,5;51,2\n07:00;86,0;50,9",
                    "zeit;vorlauf;ruecklauf\n06:00;84,5;51,2\n07:00;86,0;50,9",
                    &[Flag::Verbatim],
                )],
            ),
            (
                Body,
                vec![(
                    "Eine Schnittstelle für Programme soll im Herbst folgen.",
                    "An interface for programs is to follow in the autumn.",
                    &[],
                )],
            ),
        ],
        summary: Some(vec![vec![(0, 0)], vec![(0, 1)], vec![(2, 0)]]),
        left_out: Vec::new(),
    }
}

fn library() -> ArticlePlan {
    use ParagraphKind::Body;
    ArticlePlan {
        source: "kultur/bibliothek.txt",
        title: Some(("Bibliothek bleibt auch sonntags geöffnet", "Library to stay open on Sundays")),
        paragraphs: vec![
            (
                Body,
                vec![
                    (
                        "Nach einem Jahr auf Probe bleibt die Stadtbibliothek dauerhaft auch sonntags geöffnet.",
                        "After a year's trial, the city library will stay open on Sundays for good.",
                        &[],
                    ),
                    (
                        "An den Sonntagen kamen im Schnitt 1.150 Menschen, mehr als an jedem anderen Tag der Woche.",
                        "On Sundays an average of 1,150 people came, more than on any other day of the week.",
                        &[],
                    ),
                ],
            ),
            (
                Body,
                vec![(
                    "Personalrat und Verwaltung haben sich auf einen Zuschlag von 50 Prozent geeinigt.",
                    "The staff council and the administration have agreed on a bonus of 50 per cent.",
                    &[],
                )],
            ),
        ],
        summary: Some(vec![vec![(0, 0)], vec![(0, 1)]]),
        left_out: Vec::new(),
        ..ArticlePlan::default()
    }
}

fn provenance() -> Provenance {
    Provenance {
        program: "depesche 0.1.0".into(),
        translator: Some(ModelIdentity {
            name: "tiny-de-en".into(),
            digest: "5f2b6c1d9e3a47088d41c0b7aa96e2f35c7d18e4b09f6a2371c85de40b9f1a6c".into(),
            licence: Some("CC0-1.0".into()),
        }),
        second_translator: Some(ModelIdentity {
            name: "opus-mt-de-en".into(),
            digest: "91d0b7a4c6e8352f0d1c9b8a7e6f5d4c3b2a190817263544f3e2d1c0b9a88776".into(),
            licence: None,
        }),
        summarizer: Some("centroid".into()),
        settings: vec![("beam".into(), "4".into()), ("summary-sentences".into(), "4".into())],
    }
}

fn briefing(plans: Vec<ArticlePlan>, failures: Vec<Failure>, provenance: Provenance) -> Briefing {
    let entries: Vec<_> = plans.into_iter().enumerate().map(|(index, plan)| entry(index, plan)).collect();
    let mut overview = Overview { failures, provenance, ..Overview::default() };
    entries.iter().for_each(|entry| overview.add(entry));
    overview.digest = digest(&entries);
    Briefing { entries, overview }
}

/// A digest in which the first point of the first article leads, followed by one of the second; the second article is a near-duplicate of the first, and
/// the others belong to no topic.
fn digest(entries: &[Entry]) -> Option<FolderDigest> {
    let (first, rest) = entries.split_first()?;
    let highlight = |entry: &Entry, point: &Point| Highlight {
        article: Mention::new(entry),
        english: point.english().to_owned(),
        german: point.german(&entry.translation),
        notes: point.notes(&entry.translation),
        evidence: point.evidence().to_vec(),
    };
    let mut lead = vec![highlight(first, first.summary.as_ref()?.points.first()?)];
    // The second one failed a check.
    lead.extend(rest.first().and_then(|entry| Some(highlight(entry, entry.summary.as_ref()?.points.get(1)?))));
    let (copies, others) = rest.split_at(rest.len().min(1));
    let story = |article: &Entry, copies: &[Entry]| Story {
        article: article.index,
        copies: copies.iter().map(|copy| copy.index).collect(),
        differences: copies.iter().map(|copy| difference(article, copy)).collect(),
    };
    let label = first.english_title().split_whitespace().rev().take(2).map(str::to_owned).collect();
    let mut topics = vec![Topic { label, stories: vec![story(first, copies)] }];
    if !others.is_empty() {
        let stories = others.iter().map(|entry| story(entry, &[])).collect();
        topics.push(Topic { label: Vec::new(), stories });
    }
    let name = |kind, german: &str, english: &str, articles: &[usize]| IndexedName {
        kind,
        german: german.into(),
        english: english.into(),
        articles: articles.to_vec(),
        more_articles: 0,
    };
    let last = entries.len() - 1;
    let names = vec![
        name(NameKind::Person, "Jana Brandt", "Jana Brandt", &[0]),
        name(NameKind::Organisation, "EZB", "ECB", &[last]),
        name(NameKind::Place, "Ostsee", "Baltic Sea", &[0, last]),
    ];
    Some(FolderDigest { lead, topics, names })
}

/// As if the first sentences of two articles were versions of one.
fn difference(newer: &Entry, older: &Entry) -> Difference {
    let version = |entry: &Entry, words: &str| Version {
        article: entry.index,
        place: SentenceRef { paragraph: 0, sentence: 0 },
        words: words.to_owned(),
    };
    Difference { kind: DifferenceKind::Number, earlier: version(older, "<b>drei</b>"), later: version(newer, "6.40") }
}

fn entry(index: usize, plan: ArticlePlan) -> Entry {
    // A paragraph without pairs has text without sentences.
    let text = |pairs: &[FlaggedPair]| match pairs {
        [] => "* * *".to_owned(),
        _ => pairs.iter().map(|(german, ..)| *german).collect::<Vec<_>>().join(" "),
    };
    let sections = plan.paragraphs.iter().map(|(kind, pairs)| Section { kind: *kind, text: text(pairs) }).collect();
    let title = plan.title.map(|(german, _)| german.to_owned());
    let date = (index == 0).then(|| Date::new(2024, 5, 3)).flatten();
    let Metadata { outlet, author, url, updated } = plan.metadata;
    let draft = ArticleDraft {
        title,
        sections,
        left_out: plan.left_out,
        published: date,
        updated: updated.and_then(|(year, month, day)| Date::new(year, month, day)),
        retrieved: None,
        outlet: outlet.map(str::to_owned),
        author: author.map(str::to_owned),
        url: url.map(str::to_owned),
    };
    let article = Article::new(plan.source, draft).unwrap();
    let paragraphs = article.paragraphs().iter().zip(&plan.paragraphs);
    let paragraphs = paragraphs.map(|(paragraph, (_, pairs))| translated(paragraph.text(), pairs)).collect();
    let title = plan.title.map(|(_, english)| sentence(english, plan.title_flags));
    let translation = Translation::new(article, title, paragraphs).unwrap();
    let summary = plan.summary.map(|points| Summary {
        points: points.iter().map(|places| point(places, &translation)).collect(),
        writing: None,
    });
    let page = plan.source.rsplit_once('.').map_or(plan.source, |(page, _)| page);
    let page = if page.starts_with('<') { format!("seltsam/seite {index} #?") } else { page.to_owned() };
    Entry { index, page, date, time: (index == 0).then(|| Time::new(21, 0)).flatten(), translation, summary }
}

fn translated(text: &str, pairs: &[FlaggedPair]) -> TranslatedParagraph {
    let mut ranges = Vec::new();
    let mut from = 0;
    for (german, ..) in pairs {
        let start = from + text[from..].find(german).unwrap();
        from = start + german.len();
        ranges.push(start..from);
    }
    let sentences = pairs.iter().map(|(_, english, flags)| sentence(english, flags)).collect();
    TranslatedParagraph::new(Spans::new(text, ranges).unwrap(), sentences).unwrap()
}

fn sentence(english: &str, flags: &[Flag]) -> Sentence {
    // Any score will do that is the same in every run and needs rounding.
    let score = (!flags.contains(&Flag::Verbatim)).then_some(-0.012_345_6 * (english.len() % 50) as f32);
    let language =
        if flags.contains(&Flag::Foreign) { Language { tag: "fr", name: "French" } } else { Language::GERMAN };
    let notes: Vec<Note> = flags.iter().map(note).collect();
    let terms = if flags.contains(&Flag::Term) {
        vec![TermUse { german: "Hafen".into(), english: "harbour".into(), kept: false }]
    } else {
        Vec::new()
    };
    let second_asked = flags.contains(&Flag::SecondTranslator);
    Sentence { english: english.into(), language, score, notes, terms, second_asked }
}

/// A note as the checks would raise it.
fn note(flag: &Flag) -> Note {
    let reason = match flag {
        Flag::Number | Flag::Name | Flag::Repaired => Some("“<b>12,5 Mio</b>” is missing".into()),
        Flag::SecondTranslator => Some("opus-mt-de-en".into()),
        _ => None,
    };
    Note { flag: *flag, reason }
}

fn point(places: &[(usize, usize)], translation: &Translation) -> Point {
    let evidence: Vec<_> =
        places.iter().map(|(paragraph, sentence)| SentenceRef { paragraph: *paragraph, sentence: *sentence }).collect();
    let english = evidence.iter().filter_map(|place| translation.sentence(place.paragraph, place.sentence));
    let english: Vec<_> = english.map(|(_, sentence)| sentence.english.as_str()).collect();
    Point::new(english.join(" "), evidence, translation).unwrap()
}
