//! Asks a row whether a filter lets it through. Makes no text of its own for what is plain ASCII, since ten
//! thousand rows are asked on every keystroke.

use super::key::Key;
use super::parse::{Clause, Comparison, Filter, NONE, Pattern, Test};
use crate::guest::{GuestRow, LastBackup};

impl Filter {
    /// Whether `row` is let through.
    pub fn matches(&self, row: &GuestRow) -> bool {
        self.clauses.iter().all(|clause| clause.lets(row))
    }
}

impl Clause {
    fn lets(&self, row: &GuestRow) -> bool {
        self.any.iter().any(|test| test.lets(row)) != self.negated
    }
}

impl Test {
    pub(super) fn lets(&self, row: &GuestRow) -> bool {
        match self {
            Self::Text(text) => has_text(row, text),
            Self::NameHolds(text) => holds(&row.name, text),
            Self::Word(key, pattern) => words(*key, row, |word| pattern.matches(word)),
            Self::Status(status) => row.status == *status,
            Self::Kind(kind) => row.kind == *kind,
            Self::Template(template) => row.template == *template,
            Self::Role(role) => row.role == *role,
            Self::BackupBefore(at) => match row.last_backup {
                LastBackup::At(last) => last < *at,
                LastBackup::Never => true,
                LastBackup::Unknown => false,
            },
            Self::BackupAfter(at) => row.last_backup.at().is_some_and(|last| last > *at),
            Self::NoBackup => row.last_backup == LastBackup::Never,
            Self::BackupUnknown => row.last_backup == LastBackup::Unknown,
            Self::Made(made) => row.made_here == *made,
            Self::Number(key, comparison, number) => comparison.holds(figure(*key, row), *number),
        }
    }
}

/// Whether a word without a key is found in `row`.
fn has_text(row: &GuestRow, text: &str) -> bool {
    holds(&row.name, text)
        || row.addresses.iter().any(|address| holds(address, text))
        || row.tags.iter().any(|tag| holds(tag, text))
        || id_holds(row.id.vmid, text)
}

fn words(key: Key, row: &GuestRow, mut is: impl FnMut(&str) -> bool) -> bool {
    match key {
        Key::Name => is(&row.name),
        Key::Node => is(&row.node),
        Key::Cluster => is(&row.id.cluster),
        Key::Pool => is(row.pool.as_deref().unwrap_or_default()),
        Key::Lock => is(row.lock.as_deref().unwrap_or_default()),
        Key::Tag => row.tags.iter().any(|tag| is(tag)),
        Key::Firewall if row.firewall_groups.is_empty() => is("") || is(NONE),
        Key::Firewall => row.firewall_groups.iter().any(|group| is(group)),
        Key::Address => row.addresses.iter().any(|address| is(address)),
        _ => false,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes are compared as people write them"
)]
fn figure(key: Key, row: &GuestRow) -> f64 {
    match key {
        Key::Id => f64::from(row.id.vmid),
        Key::Cpu => f64::from(row.cpu_percent),
        Key::Mem => f64::from(row.memory_percent),
        Key::Cores => f64::from(row.cores),
        Key::Ram => row.memory_bytes as f64,
        Key::Disk => row.disk_bytes as f64,
        _ => f64::NAN,
    }
}

impl Comparison {
    fn holds(self, figure: f64, number: f64) -> bool {
        match self {
            // Half a byte apart is the same: sizes are whole, and a written fraction may not be.
            Self::Equal => (figure - number).abs() < 0.5,
            Self::Below => figure < number,
            Self::AtMost => figure <= number,
            Self::Above => figure > number,
            Self::AtLeast => figure >= number,
        }
    }
}

impl Pattern {
    fn matches(&self, word: &str) -> bool {
        Self::matches_text(&self.0, word)
    }

    /// Whether the pattern `lower`, which is in lower case, is `word`'s.
    pub(crate) fn matches_text(lower: &str, word: &str) -> bool {
        let Some((first, rest)) = lower.split_once('*') else {
            return same(word, lower);
        };
        let word = word.to_lowercase();
        let Some(mut left) = word.strip_prefix(first) else {
            return false;
        };
        let mut parts: Vec<&str> = rest.split('*').collect();
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            match left.split_once(part) {
                Some((_, behind)) => left = behind,
                None => return false,
            }
        }
        left.ends_with(last)
    }
}

fn same(word: &str, lower: &str) -> bool {
    if lower.is_ascii() {
        word.eq_ignore_ascii_case(lower)
    } else {
        word.to_lowercase() == lower
    }
}

/// Whether `text` holds `lower`, which is in lower case, in any case.
fn holds(text: &str, lower: &str) -> bool {
    let (text_bytes, lower_bytes) = (text.as_bytes(), lower.as_bytes());
    let Some(first) = lower_bytes.first() else {
        return true;
    };
    if !lower.is_ascii() {
        return text.to_lowercase().contains(lower);
    }
    text_bytes
        .windows(lower_bytes.len())
        .any(|window| window[0].to_ascii_lowercase() == *first && window.eq_ignore_ascii_case(lower_bytes))
}

fn id_holds(vmid: u32, text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && vmid.to_string().contains(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::SearchTexts;
    use crate::guest::GuestStatus;
    use crate::ids::GuestId;
    use crate::role::RoleKey;
    use crate::units::GIB;

    const NOW: i64 = 1_800_000_000;

    fn web() -> GuestRow {
        GuestRow {
            name: "Web-01".into(),
            status: GuestStatus::Running,
            node: "pve2".into(),
            cores: 4,
            memory_bytes: 8 * GIB,
            disk_bytes: 40 * GIB,
            cpu_percent: 81,
            memory_percent: 50,
            started_at: 1,
            tags: vec!["k8s".into(), "prod".into()],
            addresses: vec!["10.0.0.5".into(), "fd00::5".into()],
            made_here: true,
            role: RoleKey::parse("web"),
            firewall_groups: vec!["web-in".into(), "Ops".into()],
            last_backup: LastBackup::At(NOW - 3 * 86_400),
            ..GuestRow::unknown(GuestId::new("lab", 101))
        }
    }

    fn found(text: &str) -> bool {
        let (filter, row) = (Filter::parse(text, NOW).unwrap(), web());
        let searched = filter
            .search(&SearchTexts::new(std::slice::from_ref(&row)))
            .matches(0, &row);
        assert_eq!(filter.matches(&row), searched, "{text}");
        searched
    }

    #[test]
    fn rows_are_found() {
        for text in [
            "",
            "web",
            "WEB prod",
            "101",
            "10.0.0",
            "fd00::5",
            "\"eb-0\"",
            "status:running",
            "status:r",
            "node:pve2 tag:prod cpu>80",
            "node:pve1,pve2",
            "db,web",
            "-db",
            "-status:stopped",
            "tag:PROD",
            "tag:pr*",
            "name:web name=web-01 name:w*1",
            "mem>=50 mem<=50 mem:50%",
            "cores>3 cores<5",
            "ram:8 ram=8g ram>512m ram<1t",
            "disk>=39.5",
            "type:vm template:no made:yes",
            "pool:\"\"",
            "id:101 vmid>=100",
            "address:10.0. ip=10.0.0.5",
            "cluster:lab",
            "role:web ROLE:WEB role:db,web",
            "-role:none",
            "firewall:ops firewall:web-* fw:none,ops -firewall:none",
            "backup>2d backup<4d backup<1w",
            "backup>=3d backup<=3d backup>71h backup<73h backup<4",
            "-backup:never -backup:none -backup:unknown",
        ] {
            assert!(found(text), "{text}");
        }
    }

    #[test]
    fn rows_are_left_out() {
        for text in [
            "db",
            "-web",
            "web db",
            "status:stopped",
            "node:pve",
            "node:pve1,pve3",
            "tag:k8",
            "tag:*x",
            "cpu>81",
            "cores>4",
            "type:ct",
            "template:yes",
            "-made:yes",
            "address:0.0.0.5",
            "name=web",
            "pool:prod",
            "웹",
            "role:db",
            "role:none",
            "role:\"\"",
            "firewall:web",
            "firewall:none",
            "firewall:\"\"",
            "backup>3d",
            "backup<3d",
            "backup>1w",
            "backup:never",
            "backup:unknown",
        ] {
            assert!(!found(text), "{text}");
        }
    }

    #[test]
    fn what_was_never_backed_up_is_older_than_any_age_and_without_a_role_or_group() {
        let row = GuestRow {
            role: None,
            firewall_groups: Vec::new(),
            last_backup: LastBackup::Never,
            ..web()
        };
        let found = |text: &str| Filter::parse(text, NOW).unwrap().matches(&row);
        for text in [
            "backup>7d",
            "backup>=9999w",
            "backup:never",
            "backup:none backup:never,unknown",
            "role:none",
            "role:\"\"",
            "-role:web",
            "firewall:none firewall:\"\" -firewall:ops",
        ] {
            assert!(found(text), "{text}");
        }
        for text in [
            "backup<9999w",
            "backup<=1d",
            "role:web",
            "-backup:never",
            "backup:unknown",
        ] {
            assert!(!found(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_known_to_be_backed_up_is_of_no_age_and_not_called_never() {
        let row = GuestRow {
            last_backup: LastBackup::Unknown,
            ..web()
        };
        let found = |text: &str| Filter::parse(text, NOW).unwrap().matches(&row);
        for text in [
            "backup>2d",
            "backup>=0h",
            "backup<9999w",
            "backup:never",
            "backup:none",
        ] {
            assert!(!found(text), "{text}");
        }
        assert!(found("backup:unknown") && found("-backup:never"));
    }

    #[test]
    fn korean_is_found_in_any_place() {
        let row = GuestRow {
            tags: vec!["운영-서버".into()],
            ..web()
        };
        assert!(Filter::parse("서버 tag:운영*", NOW).unwrap().matches(&row));
    }
}
