//! The list as a file of comma separated values (RFC 4180), which spreadsheets open. Pure.

use chrono::{DateTime, SecondsFormat};
use drover_types::{
    filter::SortKey,
    guest::{GuestRow, LastBackup},
    units::GIB,
};

use super::columns::OptionalColumn;

/// Tells spreadsheets that the text is UTF-8; without it they show Korean as noise.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

impl Cell {
    fn write(&self, to: &mut String) {
        match self {
            Self::Text(text) => write_text(text, to),
            Self::Number(number) => to.push_str(&number.to_string()),
            Self::Empty => {}
        }
    }
}

/// A text that a spreadsheet takes for nothing else: one that would begin a formula gets an apostrophe in front
/// (OWASP, CSV Injection).
fn write_text(text: &str, to: &mut String) {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        "'"
    } else {
        ""
    };
    if text.contains([',', '"', '\r', '\n']) {
        to.push('"');
        to.push_str(guard);
        to.push_str(&text.replace('"', "\"\""));
        to.push('"');
    } else {
        to.push_str(guard);
        to.push_str(text);
    }
}

/// A whole file.
pub(super) fn file(lines: impl IntoIterator<Item = Vec<Cell>>) -> String {
    let mut file = String::from(BYTE_ORDER_MARK);
    for line in lines {
        for (at, cell) in line.iter().enumerate() {
            if at > 0 {
                file.push(',');
            }
            cell.write(&mut file);
        }
        file.push_str("\r\n");
    }
    file
}

/// The columns of a file that shows all but `hidden`: the trend is a picture, and stays out.
pub(super) fn keys(is_hidden: impl Fn(&str) -> bool) -> Vec<SortKey> {
    let optional = OptionalColumn::ALL.into_iter().filter_map(|column| match column {
        OptionalColumn::Of(key) if !is_hidden(column.id()) => Some(key),
        _ => None,
    });
    [SortKey::Name, SortKey::Status]
        .into_iter()
        .chain(optional)
        .collect()
}

/// The unit that a column's numbers are in, for its heading.
pub(super) const fn unit(key: SortKey) -> Option<&'static str> {
    match key {
        SortKey::Cpu | SortKey::Mem => Some("%"),
        SortKey::Ram | SortKey::Disk => Some("GiB"),
        SortKey::Uptime => Some("s"),
        _ => None,
    }
}

/// What a server has in a column, at the time `now` in seconds since 1970. The status is named by `status`.
pub(super) fn cell(key: SortKey, guest: &GuestRow, status: String, now: i64) -> Cell {
    let is_on = guest.started_at != 0;
    let while_on = |number: f64| if is_on { Cell::Number(number) } else { Cell::Empty };
    match key {
        SortKey::Name => Cell::Text(guest.name.clone()),
        SortKey::Id => Cell::Number(f64::from(guest.id.vmid)),
        SortKey::Status => Cell::Text(status),
        SortKey::Node => Cell::Text(guest.node.clone()),
        SortKey::Tags => Cell::Text(guest.tags.join(" ")),
        SortKey::Address => Cell::Text(guest.addresses.join(" ")),
        SortKey::Cpu => while_on(f64::from(guest.cpu_percent)),
        SortKey::Mem => while_on(f64::from(guest.memory_percent)),
        SortKey::Cores => Cell::Number(f64::from(guest.cores)),
        SortKey::Ram => Cell::Number(gibibytes(guest.memory_bytes)),
        SortKey::Disk => Cell::Number(gibibytes(guest.disk_bytes)),
        SortKey::Role => guest
            .role
            .as_ref()
            .map_or(Cell::Empty, |role| Cell::Text(role.as_str().to_owned())),
        SortKey::Firewall => Cell::Text(guest.firewall_groups.join(" ")),
        SortKey::Uptime => while_on(seconds(now - guest.started_at)),
        SortKey::Backup => match guest.last_backup {
            LastBackup::At(at) => DateTime::from_timestamp(at, 0).map_or(Cell::Empty, |at| {
                Cell::Text(at.to_rfc3339_opts(SecondsFormat::Secs, true))
            }),
            LastBackup::Never => Cell::Text(LastBackup::NEVER.to_owned()),
            LastBackup::Unknown => Cell::Empty,
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "two decimals are written")]
fn gibibytes(bytes: u64) -> f64 {
    (bytes as f64 / GIB as f64 * 100.0).round() / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "no server runs for so long")]
fn seconds(seconds: i64) -> f64 {
    seconds.max(0) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        let mut written = String::new();
        Cell::Text(text.to_owned()).write(&mut written);
        written
    }

    #[test]
    fn texts_are_quoted_where_they_have_to_be() {
        assert_eq!(text("web-01"), "web-01");
        assert_eq!(text("a,b"), "\"a,b\"");
        assert_eq!(text("say \"hi\""), "\"say \"\"hi\"\"\"");
    }

    #[test]
    fn no_text_is_a_formula_and_numbers_stay_numbers() {
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("-x"), "'-x");
        assert_eq!(text("@a,\"b\""), "\"'@a,\"\"b\"\"\"");
        let lines = [vec![Cell::Number(-1.5), Cell::Empty, Cell::Number(4.0)]];
        assert_eq!(file(lines), "\u{feff}-1.5,,4\r\n");
    }

    #[test]
    fn a_role_and_a_backup_are_in_the_words_of_the_filter() {
        use drover_types::{ids::GuestId, role::RoleKey};
        let bare = GuestRow::unknown(GuestId::new("lab", 100));
        let known = GuestRow {
            role: RoleKey::parse("web"),
            last_backup: LastBackup::Never,
            ..bare.clone()
        };
        let cells = |guest| [SortKey::Role, SortKey::Backup].map(|key| cell(key, guest, String::new(), 0));
        assert_eq!(cells(&bare), [Cell::Empty, Cell::Empty]);
        assert_eq!(
            cells(&known),
            ["web", "never"].map(|word| Cell::Text(word.to_owned()))
        );
    }

    #[test]
    fn the_file_has_the_columns_that_are_shown() {
        let keys = keys(|id| id != "id" && id != "trend");
        assert_eq!(keys, [SortKey::Name, SortKey::Status, SortKey::Id]);
    }
}
