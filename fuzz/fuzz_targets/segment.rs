//! A paragraph → sentences, clauses, pieces, words, stems and dates; gaps and sentences are the text, byte for byte.
#![no_main]

use depesche::publication::prose_dates;
use depesche::document::ParagraphKind;
use depesche::segment::{clauses, english, sentences, split_long, words};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for kind in ParagraphKind::ALL {
        let spans = sentences(text, kind);
        let (mut gaps, mut rebuilt) = (spans.gaps(text), String::new());
        rebuilt.push_str(gaps.next().unwrap_or_default());
        for (sentence, gap) in spans.sentences(text).zip(gaps) {
            rebuilt.push_str(sentence);
            rebuilt.push_str(gap);
        }
        assert_eq!(rebuilt, text);
    }
    for mark in clauses(text) {
        assert!(text.is_char_boundary(mark.at));
    }
    for longest in [1, 7, 40] {
        let mut last = 0;
        for piece in split_long(text, |piece| piece.len() <= longest) {
            assert!(last <= piece.start && piece.start <= piece.end && !text[piece.clone()].is_empty());
            last = piece.end;
        }
    }
    for word in words::words(text) {
        let _ = (words::stem(word), english::stem(word));
    }
    for range in english::sentences(text).into_iter().chain(prose_dates(text).map(|(range, _)| range)) {
        let _ = &text[range];
    }
    let _ = words::leans_back(text);
});
