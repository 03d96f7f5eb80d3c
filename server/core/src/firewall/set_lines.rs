//! In which order the lines of a set change, one call each.
//!
//! Of the lines that have an address the one with the longest prefix decides (ipset(8), `hash:net`), and a rule may let
//! a set in as well as keep it out. So nobody may be in the set, or out of it, in between who is neither before nor
//! afterwards. First what is wanted is written, from the longest prefix to the shortest: a line decides then only for
//! addresses that no longer line is to decide for, which is what it does afterwards. Then what is old goes, from the
//! shortest prefix to the longest: what decided before still decides, or what is to decide does.

use std::cmp::Reverse;

use drover_types::firewall::input::Network;
use drover_types::firewall::{Alias, IpSetEntry};

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// A line that was not there.
    Add(&'a IpSetEntry),
    /// Another word on the same addresses.
    Write {
        /// As Proxmox has it.
        was: &'a str,
        line: &'a IpSetEntry,
    },
    /// A line goes, as Proxmox has it.
    Remove(&'a str),
}

impl Step<'_> {
    /// Makes the change.
    pub(super) fn apply(self, lines: &mut Vec<IpSetEntry>) {
        match self {
            Self::Add(line) => lines.insert(0, line.clone()),
            Self::Write { was, line } => {
                for one in lines.iter_mut().filter(|one| one.cidr == was) {
                    one.nomatch = line.nomatch;
                    one.comment.clone_from(&line.comment);
                }
            }
            Self::Remove(was) => lines.retain(|one| one.cidr != was),
        }
    }
}

/// The changes that make `wanted` of what there is.
pub(super) fn steps<'a>(
    before: &'a [IpSetEntry],
    wanted: &'a [IpSetEntry],
    aliases: &[Alias],
) -> Vec<Step<'a>> {
    let prefix = |line: &IpSetEntry| network(&line.cidr, aliases).map_or(0, Network::prefix);
    let mut written: Vec<&IpSetEntry> = wanted.iter().collect();
    written.sort_by_key(|line| Reverse(prefix(line)));
    let written = written.into_iter().filter_map(|line| {
        let Some(there) = before.iter().find(|one| same_line(&one.cidr, &line.cidr)) else {
            return Some(Step::Add(line));
        };
        let differs = there.nomatch != line.nomatch || there.comment != line.comment;
        let was = there.cidr.as_str();
        differs.then_some(Step::Write { was, line })
    });
    let stays = |old: &IpSetEntry| wanted.iter().any(|line| same_line(&line.cidr, &old.cidr));
    let mut gone: Vec<&IpSetEntry> = before.iter().filter(|old| !stays(old)).collect();
    gone.sort_by_key(|line| prefix(line));
    written
        .chain(gone.into_iter().map(|old| Step::Remove(&old.cidr)))
        .collect()
}

/// The addresses of a line; `None` where it is an alias that is not there.
fn network(cidr: &str, aliases: &[Alias]) -> Option<Network> {
    let of_alias = || {
        let name = cidr.strip_prefix("dc/").unwrap_or(cidr);
        let alias = aliases.iter().find(|one| one.name.eq_ignore_ascii_case(name))?;
        Network::cleaned(&alias.cidr).ok()
    };
    Network::cleaned(cidr).ok().or_else(of_alias)
}

/// Whether two lines are about the same addresses, however they are written.
pub(super) fn same_line(one: &str, other: &str) -> bool {
    let read = |text: &str| Network::cleaned(text).ok();
    one == other || read(one).is_some_and(|network| read(other) == Some(network))
}

/// Whether two lists of lines say the same, in whatever order.
pub(super) fn same(one: &[IpSetEntry], other: &[IpSetEntry]) -> bool {
    let has = |line: &IpSetEntry| {
        other.iter().any(|there| {
            same_line(&there.cidr, &line.cidr)
                && there.nomatch == line.nomatch
                && there.comment == line.comment
        })
    };
    one.len() == other.len() && one.iter().all(has)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::*;

    use super::*;

    /// Lines in words: `!` is one that is taken out.
    fn lines(text: &str) -> Vec<IpSetEntry> {
        text.split_whitespace()
            .map(|word| IpSetEntry {
                cidr: word.trim_start_matches('!').to_owned(),
                nomatch: word.starts_with('!'),
                comment: String::new(),
            })
            .collect()
    }

    /// An alias, and what it stands for.
    fn office() -> Vec<Alias> {
        vec![Alias {
            name: "office".into(),
            cidr: "10.1.0.0/16".into(),
            ..serde_json::from_str(r#"{"name":"","cidr":""}"#).unwrap()
        }]
    }

    fn has(lines: &[IpSetEntry], address: IpAddr) -> bool {
        let aliases = office();
        let read = lines
            .iter()
            .filter_map(|line| Some((network(&line.cidr, &aliases)?, line.nomatch)));
        read.filter(|(network, _)| network.contains(address))
            .max_by_key(|(network, _)| network.prefix())
            .is_some_and(|(_, nomatch)| !nomatch)
    }

    #[test]
    fn who_is_taken_out_is_so_before_the_rest_comes_and_until_the_rest_is_gone() {
        let said = |before: &str, wanted: &str| {
            let (before, wanted) = (lines(before), lines(wanted));
            let said = steps(&before, &wanted, &office())
                .into_iter()
                .map(|step| match step {
                    Step::Add(line) => format!("+{}", line.cidr),
                    Step::Write { was, .. } => format!("={was}"),
                    Step::Remove(was) => format!("-{was}"),
                });
            said.collect::<Vec<_>>().join(" ")
        };
        for (before, wanted, order) in [
            (
                "",
                "10.0.0.0/8 !10.1.0.0/16 10.1.2.3",
                "+10.1.2.3 +10.1.0.0/16 +10.0.0.0/8",
            ),
            (
                "10.0.0.0/8 !10.1.0.0/16 10.1.2.3",
                "",
                "-10.0.0.0/8 -10.1.0.0/16 -10.1.2.3",
            ),
            ("", "10.0.0.0/8 !office", "+office +10.0.0.0/8"),
            (
                "10.0.0.0/8",
                "192.0.2.0/24 !10.0.0.0/8",
                "+192.0.2.0/24 =10.0.0.0/8",
            ),
            ("10.0.0.1/32", "10.0.0.1", ""),
        ] {
            assert_eq!(said(before, wanted), order, "{before} to {wanted}");
        }
    }

    fn some_lines() -> impl Strategy<Value = Vec<IpSetEntry>> {
        let all = vec![
            "10.0.0.0/8",
            "10.1.0.0/16",
            "office",
            "10.1.2.0/24",
            "10.1.2.3",
            "10.2.0.0/16",
            "2001:db8::/32",
            "2001:db8::7",
        ];
        let some = proptest::sample::subsequence(all, 0..=8).prop_shuffle();
        (some, proptest::collection::vec(any::<bool>(), 8)).prop_map(|(some, out)| {
            let twice = some.contains(&"10.1.0.0/16");
            let kept = some
                .into_iter()
                .filter(move |cidr| *cidr != "office" || !twice)
                .zip(out);
            kept.map(|(cidr, nomatch)| IpSetEntry {
                cidr: cidr.to_owned(),
                nomatch,
                comment: String::new(),
            })
            .collect()
        })
    }

    proptest! {
        #[test]
        fn nobody_is_in_or_out_in_between_alone(before in some_lines(), wanted in some_lines()) {
            let both = |all: &[IpSetEntry], cidr: &str| all.iter().any(|line| line.cidr == cidr);
            // One network under two names: which of them decides meanwhile, Proxmox does not say.
            prop_assume!(!(both(&before, "office") && both(&wanted, "10.1.0.0/16")));
            prop_assume!(!(both(&wanted, "office") && both(&before, "10.1.0.0/16")));
            let addresses = ["10.1.2.3", "10.1.2.4", "10.1.9.9", "10.2.0.1", "10.3.0.1", "2001:db8::7", "2001:db8::8"];
            let mut now = before.clone();
            for step in steps(&before, &wanted, &office()) {
                step.apply(&mut now);
                for address in addresses {
                    let address: IpAddr = address.parse().unwrap();
                    let is = has(&now, address);
                    prop_assert!(
                        is == has(&before, address) || is == has(&wanted, address),
                        "{address} after {step:?} of {before:?} to {wanted:?}"
                    );
                }
            }
            prop_assert!(same(&now, &wanted));
        }
    }
}
