//! What could stand at the cursor of a filter: keys, and the values that the picture holds.

use std::collections::BTreeMap;
use std::ops::Range;

use super::key::Key;
use super::terms::{Operator, terms};
use crate::guest::{GuestKind, GuestRow};
use crate::inventory::Picture;

/// How many are offered at once.
const MOST: usize = 8;

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

/// Completions of `input` at the byte `cursor`, the likeliest first.
pub fn suggest(input: &str, cursor: usize, picture: &Picture) -> Vec<Suggestion> {
    let Some(before) = input.get(..cursor) else {
        return Vec::new();
    };
    let Some(term) = terms(before).into_iter().find(|term| term.end == cursor) else {
        return Vec::new();
    };
    match &term.key {
        None => match term.values.as_slice() {
            [word] if !word.quoted => keys(&word.text, word.start..cursor),
            _ => Vec::new(),
        },
        Some((word, Operator::Has | Operator::Is)) => {
            let Some(key) = Key::parse(&word.text) else {
                return Vec::new();
            };
            // Behind a comma or the operator nothing has been typed yet.
            let last = term.values.last().filter(|piece| piece.end == cursor);
            let (typed, start) = last.map_or(("", cursor), |piece| (piece.text.as_str(), piece.start));
            values(key, &typed.to_lowercase(), &(start..cursor), picture.guests())
        }
        Some(_) => Vec::new(),
    }
}

fn keys(typed: &str, at: Range<usize>) -> Vec<Suggestion> {
    let typed = typed.to_ascii_lowercase();
    Key::ALL
        .iter()
        .filter(|key| key.as_str().starts_with(&typed))
        .take(MOST)
        .map(|key| Suggestion {
            at: at.clone(),
            text: format!("{}{}", key.as_str(), if key.is_number() { ">" } else { ":" }),
            key: *key,
            guests: None,
        })
        .collect()
}

fn values(key: Key, typed: &str, at: &Range<usize>, rows: &[GuestRow]) -> Vec<Suggestion> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for row in rows {
        let mut add = |value| {
            if str::to_lowercase(value).starts_with(typed) {
                *counts.entry(value).or_default() += 1;
            }
        };
        match key {
            Key::Status => add(row.status.as_str()),
            Key::Type => add(if row.kind == GuestKind::Qemu { "vm" } else { "ct" }),
            Key::Node => add(&row.node),
            Key::Cluster => add(&row.id.cluster),
            Key::Tag => row.tags.iter().for_each(|tag| add(tag)),
            Key::Pool => row.pool.iter().for_each(|pool| add(pool)),
            Key::Lock => row.lock.iter().for_each(|lock| add(lock)),
            Key::Template => add(if row.template { "yes" } else { "no" }),
            Key::Made => add(if row.made_here { "yes" } else { "no" }),
            // As many values as guests: no help.
            _ => return Vec::new(),
        }
    }
    counts.remove("");
    let mut found: Vec<(&str, u32)> = counts.into_iter().collect();
    found.sort_by_key(|(_, guests)| std::cmp::Reverse(*guests));
    found
        .into_iter()
        .take(MOST)
        .map(|(value, guests)| Suggestion {
            at: at.clone(),
            text: quoted(value),
            key,
            guests: Some(guests),
        })
        .collect()
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
    use crate::inventory::Snapshot;

    fn picture() -> Picture {
        let row = |vmid, node: &str, tag: &str| GuestRow {
            id: GuestId::new("lab", vmid),
            name: format!("web-{vmid}"),
            kind: GuestKind::Qemu,
            status: GuestStatus::Running,
            node: node.into(),
            cores: 1,
            memory_bytes: 1,
            disk_bytes: 1,
            cpu_percent: 0,
            memory_percent: 0,
            started_at: 1,
            tags: vec![tag.into()],
            pool: Some("web farm".into()),
            template: false,
            lock: None,
            addresses: Vec::new(),
            made_here: false,
        };
        let guests = vec![
            row(100, "pve1", "prod"),
            row(101, "pve2", "prod"),
            row(102, "pve2", "test"),
        ];
        Picture::from(Snapshot {
            guests,
            ..Snapshot::default()
        })
    }

    fn texts(input: &str) -> Vec<String> {
        let found = suggest(input, input.len(), &picture());
        found
            .into_iter()
            .map(|found| format!("{}{}", &input[..found.at.start], found.text))
            .collect()
    }

    #[test]
    fn keys_and_the_values_that_guests_have_are_offered() {
        assert_eq!(texts("web sta"), ["web status:"]);
        assert_eq!(texts("-no"), ["-node:"]);
        assert_eq!(texts("cp"), ["cpu>"]);
        assert_eq!(texts("node:"), ["node:pve2", "node:pve1"]);
        assert_eq!(texts("node:pve1,"), ["node:pve1,pve2", "node:pve1,pve1"]);
        assert_eq!(texts("tag:T"), ["tag:test"]);
        assert_eq!(texts("pool:w"), ["pool:\"web farm\""]);
        assert_eq!(texts("name:w"), [""; 0]);
        assert_eq!(texts("colour:"), [""; 0]);
    }
}
