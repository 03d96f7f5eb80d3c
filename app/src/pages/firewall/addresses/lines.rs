//! The lines of a set as people type them: an address or a network in each, `!` before what is taken out, and a note
//! behind `#`.

use drover_types::firewall::IpSetEntry;

/// The lines as a text.
pub(super) fn written(entries: &[IpSetEntry]) -> String {
    let line = |entry: &IpSetEntry| {
        let mark = if entry.nomatch { "!" } else { "" };
        match entry.comment.as_str() {
            "" => format!("{mark}{}", entry.cidr),
            comment => format!("{mark}{} # {comment}", entry.cidr),
        }
    };
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The lines of a text.
pub(super) fn read(text: &str) -> Vec<IpSetEntry> {
    let entry = |line: &str| {
        let (value, comment) = line.split_once('#').unwrap_or((line, ""));
        let value = value.trim();
        let cidr = value.strip_prefix('!').unwrap_or(value).trim();
        (!cidr.is_empty()).then(|| IpSetEntry {
            cidr: cidr.to_owned(),
            nomatch: value.starts_with('!'),
            comment: comment.trim().to_owned(),
        })
    };
    text.lines().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let text = "10.0.0.0/24 # office\n\n  !10.0.0.5 \n# nothing\nfd00::/64";
        let entries = read(text);
        assert_eq!(written(&entries), "10.0.0.0/24 # office\n!10.0.0.5\nfd00::/64");
        assert_eq!(read(&written(&entries)), entries);
        assert!(entries[1].nomatch && entries[0].comment == "office");
    }
}
