//! Which change brings a guest's list one step nearer to the groups that it should have. Pure: the list is read anew
//! after each.

use std::collections::BTreeSet;

use pve_client::{FirewallRule, FirewallRuleSpec};

/// The groups that a guest should have, and those that should go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::tasks::kinds) struct Arrangement {
    /// Those that it should have, in their order.
    pub wanted: Vec<String>,
    /// Those that should go.
    pub gone: BTreeSet<String>,
    /// Whether a group goes wherever it stands; else a reference for one NIC alone, which Drover never makes, stays.
    pub wherever: bool,
}

/// One change to a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Move {
    /// A group comes to the head of the list.
    Add(String),
    /// A reference that is off is switched on.
    Enable(u32, FirewallRuleSpec),
    /// A reference goes in front of what stands at a place.
    Put {
        /// Where it is.
        pos: u32,
        /// In front of what.
        to: u32,
    },
    /// A reference goes.
    Remove {
        /// Where it is.
        pos: u32,
        /// Which group.
        group: String,
    },
}

impl Arrangement {
    /// The next change; `None` where the list is as it should be. What is new comes before what is old goes, so that
    /// nothing is without rules in between; and what goes goes from the highest place down.
    pub(super) fn next(&self, rules: &[FirewallRule]) -> Option<Move> {
        let placed = |name: &str| rules.iter().find(|rule| is_ours(rule, name));
        // Each comes to the head, so the last of them comes first.
        if let Some(missing) = self.wanted.iter().rev().find(|name| placed(name).is_none()) {
            return Some(Move::Add(missing.clone()));
        }
        let of_wanted: Vec<&FirewallRule> = self.wanted.iter().filter_map(|name| placed(name)).collect();
        if let Some(off) = of_wanted.iter().find(|rule| !rule.spec.enable) {
            let mut spec = off.spec.clone();
            spec.enable = true;
            return Some(Move::Enable(off.pos, spec));
        }
        let mut places: Vec<u32> = of_wanted.iter().map(|rule| rule.pos).collect();
        places.sort_unstable();
        let misplaced = of_wanted
            .iter()
            .zip(&places)
            .find(|(rule, place)| rule.pos != **place);
        if let Some((rule, place)) = misplaced {
            return Some(Move::Put {
                pos: rule.pos,
                to: *place,
            });
        }
        let stays = |rule: &FirewallRule| places.contains(&rule.pos);
        rules.iter().rev().find_map(|rule| {
            let group = rule.spec.group_name()?;
            let repeated = self.wanted.iter().any(|name| is_ours(rule, name)) && !stays(rule);
            let goes = self.gone.contains(group) && (self.wherever || is_ours(rule, group));
            (repeated || goes).then(|| Move::Remove {
                pos: rule.pos,
                group: group.to_owned(),
            })
        })
    }
}

/// Whether a rule refers to this group for all of a guest's NICs, as Drover's references do.
fn is_ours(rule: &FirewallRule, group: &str) -> bool {
    rule.spec.group_name() == Some(group) && rule.spec.iface.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list in a few letters: `a` is a group, `A` one that is off, `a@` one for a NIC, `-` a rule of the guest's own.
    fn list(text: &str) -> Vec<FirewallRule> {
        (0..)
            .zip(text.split_whitespace())
            .map(|(pos, word)| {
                let spec = if word == "-" {
                    FirewallRuleSpec {
                        direction: Some("in".into()),
                        action: Some("ACCEPT".into()),
                        enable: true,
                        ..FirewallRuleSpec::default()
                    }
                } else {
                    let name = word.trim_end_matches('@').to_lowercase();
                    FirewallRuleSpec {
                        enable: !word.starts_with(char::is_uppercase),
                        iface: word.ends_with('@').then(|| "net0".to_owned()),
                        ..FirewallRuleSpec::group(&name)
                    }
                };
                FirewallRule {
                    pos,
                    spec,
                    ..FirewallRule::default()
                }
            })
            .collect()
    }

    fn shown(rules: &[FirewallRule]) -> String {
        let words: Vec<String> = rules
            .iter()
            .map(|rule| match rule.spec.group_name() {
                None => "-".to_owned(),
                Some(name) => {
                    let name = if rule.spec.enable {
                        name.to_owned()
                    } else {
                        name.to_uppercase()
                    };
                    if rule.spec.iface.is_some() {
                        format!("{name}@")
                    } else {
                        name
                    }
                }
            })
            .collect();
        words.join(" ")
    }

    /// Makes every change as Proxmox would.
    fn settled(before: &str, arrangement: &Arrangement) -> String {
        let mut rules = list(before);
        for _ in 0..50 {
            let Some(next) = arrangement.next(&rules) else {
                return shown(&rules);
            };
            match next {
                Move::Add(name) => rules.insert(0, list(&name).remove(0)),
                Move::Enable(pos, spec) => rules[pos as usize].spec = spec,
                Move::Put { pos, to } => {
                    let rule = rules.remove(pos as usize);
                    let to = if to > pos { to - 1 } else { to };
                    rules.insert(to as usize, rule);
                }
                Move::Remove { pos, .. } => drop(rules.remove(pos as usize)),
            }
            for (pos, rule) in (0..).zip(&mut rules) {
                rule.pos = pos;
            }
        }
        panic!("{before} never settles with {arrangement:?}");
    }

    fn arrangement(wanted: &str, gone: &str) -> Arrangement {
        Arrangement {
            wanted: wanted.split_whitespace().map(str::to_owned).collect(),
            gone: gone.split_whitespace().map(str::to_owned).collect(),
            wherever: false,
        }
    }

    #[test]
    fn a_list_becomes_what_was_asked_for() {
        for (before, wanted, gone, after) in [
            ("", "a", "", "a"),
            ("- -", "a b", "", "a b - -"),
            // Two are replaced by one.
            ("a b -", "c", "a b", "c -"),
            // What others have put there stays, before and after.
            ("x - a y", "b", "a", "b x - y"),
            ("a x b", "b a", "", "b a x"),
            ("- a - b", "a b", "", "- a - b"),
            ("c - b a", "a b c", "", "a b c -"),
            // What is off is switched on; what stands twice stands once.
            ("A -", "a", "", "a -"),
            ("a - a", "a", "", "a -"),
            // A reference for one NIC is none of Drover's.
            ("a@", "a", "", "a a@"),
            ("a@ a", "", "a", "a@"),
            ("a b", "", "", "a b"),
        ] {
            assert_eq!(
                settled(before, &arrangement(wanted, gone)),
                after,
                "{before} to {wanted}"
            );
        }
        let wherever = Arrangement {
            wherever: true,
            ..arrangement("", "a")
        };
        assert_eq!(settled("a@ - a x", &wherever), "- x");
    }

    #[test]
    fn what_goes_goes_last_and_from_the_highest_place() {
        let both = arrangement("c", "a b");
        assert_eq!(both.next(&list("a b")), Some(Move::Add("c".into())));
        let group = "b".to_owned();
        assert_eq!(both.next(&list("c a b")), Some(Move::Remove { pos: 2, group }));
    }

    proptest::proptest! {
        #[test]
        fn every_list_settles_and_others_stay(
            before in proptest::collection::vec("[a-dA-D]|[a-d]@|-|x", 0..9),
            wanted in proptest::sample::subsequence(vec!["a", "b", "c"], 0..=3).prop_shuffle(),
        ) {
            use proptest::prop_assert_eq;
            let gone: Vec<&str> = ["a", "b", "c", "d"].into_iter().filter(|name| !wanted.contains(name)).collect();
            let arrangement = arrangement(&wanted.join(" "), &gone.join(" "));
            let after = settled(&before.join(" "), &arrangement);
            let others = |text: &str| -> Vec<String> {
                text.split_whitespace().filter(|word| !matches!(word.to_lowercase().as_str(), "a" | "b" | "c" | "d"))
                    .map(|word| if word.ends_with('@') { word.to_lowercase() } else { word.to_owned() }).collect()
            };
            prop_assert_eq!(others(&after), others(&before.join(" ")));
            let ours: Vec<&str> = after.split_whitespace().filter(|word| matches!(*word, "a" | "b" | "c" | "d")).collect();
            prop_assert_eq!(ours, wanted);
        }
    }
    use proptest::strategy::Strategy;
}
