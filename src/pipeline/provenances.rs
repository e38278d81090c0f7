//! What made each of many translations → the provenance of a briefing over all of them.
//!
//! Promises: it depends on the set of provenances alone; that of one is itself; memory does not grow with their number.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{ModelIdentity, Provenance};

/// The most values of a setting that are named.
const MAX_VALUES: usize = 8;

/// Different values, of which the first few in their order are kept.
#[derive(Debug)]
struct Values<T> {
    first: BTreeSet<T>,
    /// Whether there are others.
    more: bool,
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self { first: BTreeSet::new(), more: false }
    }
}

impl<T: Ord> Values<T> {
    fn add(&mut self, value: T) {
        self.first.insert(value);
        if self.first.len() > MAX_VALUES {
            self.first.pop_last();
            self.more = true;
        }
    }

    /// What `shown` says of them, each once, joined.
    fn joined<'a>(&'a self, shown: impl Fn(&'a T) -> Option<&'a str>) -> Option<String> {
        let mut texts: Vec<&str> = Vec::new();
        for text in self.first.iter().filter_map(shown) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        if self.more && !texts.is_empty() {
            texts.push("others");
        }
        (!texts.is_empty()).then(|| texts.join("; "))
    }
}

/// The models of a translation: name, digest, licence.
type Model = (String, String, Option<String>);

/// The provenances that were added.
#[derive(Debug, Default)]
pub(super) struct Provenances {
    programs: Values<String>,
    translators: Values<Model>,
    second_translators: Values<Model>,
    summarizers: Values<String>,
    /// The values of each setting, and its first place among the settings of a provenance.
    settings: BTreeMap<String, (usize, Values<String>)>,
    /// What was added last: mostly the same as the next.
    last: Option<Provenance>,
}

impl Provenances {
    /// Adds a provenance.
    pub(super) fn add(&mut self, provenance: &Provenance) {
        if self.last.as_ref() == Some(provenance) {
            return;
        }
        let Provenance { program, translator, second_translator, summarizer, settings } = provenance;
        self.programs.add(program.clone());
        for (model, models) in [(translator, &mut self.translators), (second_translator, &mut self.second_translators)]
        {
            if let Some(ModelIdentity { name, digest, licence }) = model {
                models.add((name.clone(), digest.clone(), licence.clone()));
            }
        }
        summarizer.iter().for_each(|summarizer| self.summarizers.add(summarizer.clone()));
        for (place, (name, value)) in settings.iter().enumerate() {
            let (first_place, values) = self.settings.entry(name.clone()).or_insert_with(|| (place, Values::default()));
            *first_place = place.min(*first_place);
            values.add(value.clone());
        }
        self.last = Some(provenance.clone());
    }

    /// The provenance of all that was added and of `program`, which puts it together.
    pub(super) fn merged(mut self, program: &str) -> Provenance {
        self.programs.add(program.to_owned());
        let mut settings: Vec<_> = self.settings.iter().collect();
        settings.sort_by_key(|(name, (place, _))| (*place, *name));
        let shown = |(name, (_, values)): (&String, &(usize, Values<String>))| {
            (name.clone(), values.joined(|value| Some(value.as_str())).unwrap_or_default())
        };
        Provenance {
            program: self.programs.joined(|program| Some(program.as_str())).unwrap_or_default(),
            translator: joined_models(&self.translators),
            second_translator: joined_models(&self.second_translators),
            summarizer: self.summarizers.joined(|summarizer| Some(summarizer.as_str())),
            settings: settings.into_iter().map(shown).collect(),
        }
    }
}

/// All of `models` as one; `None` if there are none.
fn joined_models(models: &Values<Model>) -> Option<ModelIdentity> {
    Some(ModelIdentity {
        name: models.joined(|(name, ..)| Some(name.as_str()))?,
        digest: models.joined(|(_, digest, _)| Some(digest.as_str())).unwrap_or_default(),
        licence: models.joined(|(_, _, licence)| licence.as_deref()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provenance(translator: &str, beam: &str) -> Provenance {
        Provenance {
            program: "depesche 1".into(),
            translator: Some(ModelIdentity {
                name: translator.into(),
                digest: format!("digest of {translator}"),
                licence: Some("CC0-1.0".into()),
            }),
            second_translator: None,
            summarizer: Some("centroid".into()),
            settings: vec![("beam".into(), beam.into()), ("alpha".into(), "0.6".into())],
        }
    }

    fn merged(all: &[Provenance]) -> Provenance {
        let mut provenances = Provenances::default();
        all.iter().for_each(|provenance| provenances.add(provenance));
        provenances.merged("depesche 1")
    }

    #[test]
    fn that_of_one_is_itself_and_those_of_many_do_not_depend_on_their_order() {
        let (small, large) = (provenance("small", "4"), provenance("large", "6"));
        assert_eq!(merged(std::slice::from_ref(&small)), small);
        let both = merged(&[small.clone(), large.clone(), small.clone()]);
        assert_eq!(both, merged(&[large, small]));
        let translator = both.translator.unwrap();
        assert_eq!(translator.name, "large; small");
        assert_eq!(translator.digest, "digest of large; digest of small");
        assert_eq!(translator.licence.as_deref(), Some("CC0-1.0"));
        assert_eq!(both.settings, [("beam".into(), "4; 6".into()), ("alpha".into(), "0.6".into())]);
    }

    #[test]
    fn of_a_thousand_values_the_first_few_are_named_in_any_order() {
        let all: Vec<_> = (0..1000).map(|beam| provenance("small", &format!("{beam:04}"))).collect();
        let reversed: Vec<_> = all.iter().rev().cloned().collect();
        assert_eq!(merged(&all), merged(&reversed));
        assert_eq!(merged(&all).settings[0].1, "0000; 0001; 0002; 0003; 0004; 0005; 0006; 0007; others");
    }
}
