//! Prints what is read from files and folders as JSON: title, date, metadata, paragraphs, and what was left out. It needs no
//! model.
//!
//! `--field=PART=FIELD` names fields of records. `benches/pages.py` compares what it prints for saved pages with reference text, `benches/formats.py` what
//! it prints for mails, feeds and the like with other readers.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example speaks for itself")]

use std::path::PathBuf;

use depesche::document::Article;
use depesche::input::{ReadOptions, list, read};
use depesche::publication::publication_date;
use serde_json::{Value, json};

fn main() -> anyhow::Result<()> {
    let (fields, paths): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|it| it.starts_with("--field="));
    let fields = fields.iter().map(|field| field["--field=".len()..].parse()).collect::<Result<_, _>>()?;
    let options = ReadOptions { fields, ..ReadOptions::default() };
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let mut articles = Vec::new();
    for listed in list(&paths, &options)?.articles {
        match read(&listed, &options) {
            Ok(article) => articles.push(to_json(&article)),
            Err(error) => eprintln!("{error}"),
        }
    }
    println!("{}", json!({ "articles": articles }));
    Ok(())
}

fn to_json(article: &Article) -> Value {
    let paragraphs = article.paragraphs().iter();
    let left_out = article.left_out().iter();
    json!({
        "source": article.source(),
        "title": article.title(),
        "date": publication_date(article).map(|date| date.to_string()),
        "updated": article.updated().map(|date| date.to_string()),
        "outlet": article.outlet(),
        "author": article.author(),
        "url": article.url(),
        "paragraphs": paragraphs.map(|it| json!({ "kind": it.kind().name(), "text": it.text() })).collect::<Vec<_>>(),
        "left_out": left_out.map(|it| json!({ "rule": it.rule, "text": it.text })).collect::<Vec<_>>(),
    })
}
