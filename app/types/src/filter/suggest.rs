//! What could stand at the cursor of a filter: keys, and the values that guests have.

use std::collections::BTreeMap;
use std::ops::Range;

use super::key::Key;
use super::parse::NONE;
use super::terms::{Operator, Term, terms};
use crate::guest::{GuestKind, GuestRow, LastBackup};
use crate::role::RoleKey;

/// How many are offered at once.
const MOST: usize = 12;

/// Words of the language that are offered beside the keys' own names, as people know them.
const ALSO: &[(&str, Key)] = &[("ip", Key::Address)];

/// A completion of what is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The part of the text that it takes the place of, in bytes.
    pub at: Range<usize>,
    /// What is put there; in quotes where it has to be.
    pub text: String,
    /// The key it is or belongs to.
    pub key: Key,
    /// How many guests have this value; `None` for a key.
    pub guests: Option<u32>,
}

/// A value and how many guests have it.
pub type Value = (String, u32);

/// Where the cursor stands in the text of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    at: Range<usize>,
    /// What has been typed of it, in lower case.
    typed: String,
    /// The key whose value is typed, and the values before; `None` where a key or a free text is typed.
    of: Option<(Key, Vec<String>)>,
}

impl Place {
    /// The place of the byte `cursor` in `input`; `None` where nothing can be completed.
    pub fn new(input: &str, cursor: usize) -> Option<Self> {
        let (before, behind) = (input.get(..cursor)?, input.get(cursor..)?);
        // In the middle of a word the rest of it would stay behind the completion.
        if behind.starts_with(|c: char| c != ',' && !c.is_whitespace()) {
            return None;
        }
        match terms(before).into_iter().find(|term| term.end == cursor) {
            Some(term) => Self::in_term(term, cursor),
            None => Some(Self {
                at: cursor..cursor,
                typed: String::new(),
                of: None,
            }),
        }
    }

    fn in_term(term: Term, cursor: usize) -> Option<Self> {
        let Some((word, operator)) = term.key else {
            return match term.values.as_slice() {
                [word] if !word.quoted => Some(Self {
                    at: word.start..cursor,
                    typed: word.text.to_lowercase(),
                    of: None,
                }),
                _ => None,
            };
        };
        if !matches!(operator, Operator::Has | Operator::Is) {
            return None;
        }
        let key = Key::parse(&word.text)?;
        let mut given = term.values;
        // Behind a comma or the operator nothing has been typed yet.
        let last = given.pop_if(|piece| piece.end == cursor);
        let (typed, start) = last.map_or((String::new(), cursor), |piece| {
            (piece.text.to_lowercase(), piece.start)
        });
        Some(Self {
            at: start..cursor,
            typed,
            of: Some((key, given.into_iter().map(|piece| piece.text).collect())),
        })
    }

    /// Whether something has been typed that can be completed: a part of a word, or a key.
    pub const fn is_begun(&self) -> bool {
        self.of.is_some() || !self.typed.is_empty()
    }

    /// The key whose [`values`] [`suggest`](Self::suggest) wants.
    pub fn key(&self) -> Option<Key> {
        self.of.as_ref().map(|(key, _)| *key)
    }

    /// What could stand here, the likeliest first; `values` are those of [`key`](Self::key).
    pub fn suggest(&self, values: &[Value]) -> Vec<Suggestion> {
        let found: Vec<Suggestion> = match &self.of {
            None => keys(&self.typed)
                .map(|(word, key)| self.suggestion(format!("{word}{}", operator(key)), key, None))
                .take(MOST)
                .collect(),
            Some((key, given)) => values
                .iter()
                .filter(|(value, _)| value.to_lowercase().starts_with(&self.typed) && !given.contains(value))
                .map(|(value, guests)| self.suggestion(quoted(value), *key, Some(*guests)))
                .take(MOST)
                .collect(),
        };
        match found.as_slice() {
            // It stands there already.
            [only] if only.text.to_lowercase() == self.typed => Vec::new(),
            _ => found,
        }
    }

    fn suggestion(&self, text: String, key: Key, guests: Option<u32>) -> Suggestion {
        Suggestion {
            at: self.at.clone(),
            text,
            key,
            guests,
        }
    }
}

fn keys(typed: &str) -> impl Iterator<Item = (&'static str, Key)> {
    let own = Key::ALL.iter().map(|key| (key.as_str(), *key));
    // Offered to whoever types them: without a letter the keys' own names are enough.
    let also = ALSO.iter().copied().filter(|_| !typed.is_empty());
    own.chain(also).filter(move |(word, _)| word.starts_with(typed))
}

const fn operator(key: Key) -> &'static str {
    if key.is_number() || key.is_age() { ">" } else { ":" }
}

/// The values that guests have for `key`, the most frequent first; none where there are as many as guests.
pub fn values<'a>(key: Key, rows: impl IntoIterator<Item = &'a GuestRow>) -> Vec<Value> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for row in rows {
        let mut add = |value| *counts.entry(value).or_default() += 1;
        match key {
            Key::Status => add(row.status.as_str()),
            Key::Type => add(if row.kind == GuestKind::Qemu { "vm" } else { "ct" }),
            Key::Node => add(&row.node),
            Key::Cluster => add(&row.id.cluster),
            Key::Tag => row.tags.iter().for_each(|tag| add(tag)),
            Key::Pool => row.pool.iter().for_each(|pool| add(pool)),
            Key::Lock => row.lock.iter().for_each(|lock| add(lock)),
            Key::Firewall if row.firewall_groups.is_empty() => add(NONE),
            Key::Firewall => row.firewall_groups.iter().for_each(|group| add(group)),
            Key::Role => add(row.role.as_ref().map_or(RoleKey::NONE, RoleKey::as_str)),
            Key::Backup => match row.last_backup {
                LastBackup::Never => add(LastBackup::NEVER),
                LastBackup::Unknown => add(LastBackup::UNKNOWN),
                LastBackup::At(_) => {}
            },
            Key::Template => add(if row.template { "yes" } else { "no" }),
            Key::Made => add(if row.made_here { "yes" } else { "no" }),
            _ => return Vec::new(),
        }
    }
    counts.remove("");
    let mut found: Vec<Value> = counts
        .into_iter()
        .map(|(value, n)| (value.to_owned(), n))
        .collect();
    found.sort_by_key(|(_, guests)| std::cmp::Reverse(*guests));
    found
}

fn quoted(value: &str) -> String {
    if value.contains(|c: char| c == ',' || c.is_whitespace()) {
        format!("\"{value}\"")
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::GuestStatus;
    use crate::ids::GuestId;

    fn guests() -> [GuestRow; 3] {
        let row = |vmid, node: &str, tag: &str| GuestRow {
            name: format!("web-{vmid}"),
            status: GuestStatus::Running,
            node: node.into(),
            tags: vec![tag.into()],
            pool: Some("web farm".into()),
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        };
        [
            row(100, "pve1", "prod"),
            row(101, "pve2", "prod"),
            row(102, "pve2", "test"),
        ]
    }

    fn texts_at(input: &str, cursor: usize) -> Vec<String> {
        let Some(place) = Place::new(input, cursor) else {
            return Vec::new();
        };
        let guests = guests();
        let values = place.key().map(|key| values(key, &guests)).unwrap_or_default();
        let found = place.suggest(&values);
        found
            .into_iter()
            .map(|found| format!("{}{}", &input[..found.at.start], found.text))
            .collect()
    }

    fn texts(input: &str) -> Vec<String> {
        texts_at(input, input.len())
    }

    #[test]
    fn keys_and_the_values_that_guests_have_are_offered() {
        assert_eq!(texts("web sta"), ["web status:"]);
        assert_eq!(texts("-no"), ["-node:"]);
        assert_eq!(texts("cp"), ["cpu>"]);
        assert_eq!(texts("ip"), ["ip:"]);
        assert_eq!(texts("node:"), ["node:pve2", "node:pve1"]);
        assert_eq!(texts("tag:T"), ["tag:test"]);
        assert_eq!(texts("pool:w"), ["pool:\"web farm\""]);
        assert_eq!(texts("bac"), ["backup>"]);
        assert_eq!(texts("backup:"), ["backup:unknown"]);
        assert_eq!(texts("role:"), ["role:none"]);
        assert_eq!(texts("name:w"), [""; 0]);
        assert_eq!(texts("colour:"), [""; 0]);
        assert_eq!(texts("cpu>"), [""; 0]);
    }

    #[test]
    fn what_stands_there_already_is_not_offered() {
        assert_eq!(texts("node:pve1,"), ["node:pve1,pve2"]);
        assert_eq!(texts("tag:prod"), [""; 0]);
    }

    #[test]
    fn without_a_letter_the_keys_are_offered_to_whoever_asks() {
        let place = Place::new("web ", 4).unwrap();
        assert!(!place.is_begun());
        assert_eq!(texts("web ")[0], "web status:");
        assert!(Place::new("web node:", 9).unwrap().is_begun());
    }

    #[test]
    fn only_the_end_of_a_word_is_completed() {
        assert_eq!(texts_at("sta", 2), [""; 0]);
        assert_eq!(texts_at("sta web", 3), ["status:"]);
        assert_eq!(texts_at("node:pve,x", 8), ["node:pve2", "node:pve1"]);
        assert!(Place::new("웹", 1).is_none());
    }
}
