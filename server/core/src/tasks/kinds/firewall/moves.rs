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
    /// A group comes to the head of the list, off.
    Add(String),
    /// A reference that is off is switched on.
    Enable(u32, Box<FirewallRuleSpec>),
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
    /// The next change; `None` where the list is as it should be. What is new is off until all of it is in its place,
    /// and comes into force before what is old goes, so that nothing is without rules in between, nor decided in an
    /// order that nobody meant. What goes goes from the highest place down.
    pub(super) fn next(&self, rules: &[FirewallRule]) -> Option<Move> {
        // Each comes to the head, so the last of them comes first.
        let missing = |name: &&String| placed(rules, name).is_none();
        if let Some(missing) = self.wanted.iter().rev().find(missing) {
            return Some(Move::Add(missing.clone()));
        }
        let wanted: Vec<&FirewallRule> = self
            .wanted
            .iter()
            .filter_map(|name| placed(rules, name))
            .collect();
        let put = misplaced(&wanted).or_else(|| self.out_of_place(rules, &wanted));
        if put.is_some() {
            return put;
        }
        if let Some(off) = wanted.iter().find(|rule| !rule.spec.enable) {
            let mut spec = off.spec.clone();
            spec.enable = true;
            return Some(Move::Enable(off.pos, Box::new(spec)));
        }
        let stays = |rule: &FirewallRule| wanted.iter().any(|one| one.pos == rule.pos);
        rules.iter().rev().find_map(|rule| {
            let group = rule.spec.group_name()?;
            let repeated = self.is_wanted(rule) && !stays(rule);
            let goes = self.gone.contains(group) && (self.wherever || is_ours(rule, group));
            (repeated || goes).then(|| Move::Remove {
                pos: rule.pos,
                group: group.to_owned(),
            })
        })
    }

    fn is_wanted(&self, rule: &FirewallRule) -> bool {
        self.wanted.iter().any(|name| is_ours(rule, name))
    }

    /// The first of what was there before: of what is on, as that has decided; what is off only where nothing is on,
    /// and then only what goes, for the rest may just have been added.
    fn first_old(&self, rules: &[FirewallRule]) -> Option<u32> {
        let goes = |rule: &FirewallRule| self.gone.iter().any(|name| is_ours(rule, name));
        let on = rules
            .iter()
            .find(|rule| rule.spec.enable && (goes(rule) || self.is_wanted(rule)));
        on.or_else(|| rules.iter().find(|rule| goes(rule)))
            .map(|rule| rule.pos)
    }

    /// Brings what is off to its place: the first takes that of the first old one, as in front of it may be rules of
    /// the guest's own that are to decide before; each other goes behind the one before it. What is right already
    /// stays where it is.
    fn out_of_place(&self, rules: &[FirewallRule], wanted: &[&FirewallRule]) -> Option<Move> {
        let anchor = self.first_old(rules);
        wanted.iter().enumerate().find_map(|(n, rule)| {
            if rule.spec.enable {
                return None;
            }
            let later = wanted[n..].iter().find(|one| one.spec.enable);
            let in_front = later.is_none_or(|later| rule.pos < later.pos);
            let (to, behind) = if let Some(before) = n.checked_sub(1) {
                (wanted[before].pos + 1, wanted[before].pos < rule.pos)
            } else {
                let anchor = anchor?;
                let mut between = rules.iter().filter(|one| (rule.pos..anchor).contains(&one.pos));
                (anchor, between.all(|one| !one.spec.enable && self.is_wanted(one)))
            };
            let pos = rule.pos;
            (!in_front || !behind).then_some(Move::Put { pos, to })
        })
    }
}

/// The reference that counts for a group: the first that is on, or else the first.
fn placed<'a>(rules: &'a [FirewallRule], name: &str) -> Option<&'a FirewallRule> {
    let ours = || rules.iter().filter(|rule| is_ours(rule, name));
    ours().find(|rule| rule.spec.enable).or_else(|| ours().next())
}

/// Brings those that are on into their order, in the places that they have.
fn misplaced(wanted: &[&FirewallRule]) -> Option<Move> {
    let on = || wanted.iter().filter(|rule| rule.spec.enable);
    let mut places: Vec<u32> = on().map(|rule| rule.pos).collect();
    places.sort_unstable();
    let (rule, place) = on().zip(places).find(|(rule, place)| rule.pos != *place)?;
    let pos = rule.pos;
    Some(Move::Put { pos, to: place })
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

    /// Makes every change as Proxmox would. Gives what the list is after each, from before the first on.
    fn walk(before: &str, arrangement: &Arrangement) -> Vec<String> {
        let mut rules = list(before);
        let mut seen = vec![shown(&rules)];
        for _ in 0..50 {
            let Some(next) = arrangement.next(&rules) else {
                return seen;
            };
            match next {
                Move::Add(name) => rules.insert(0, list(&name.to_uppercase()).remove(0)),
                Move::Enable(pos, spec) => rules[pos as usize].spec = *spec,
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
            seen.push(shown(&rules));
        }
        panic!("{before} never settles with {arrangement:?}: {seen:?}");
    }

    fn settled(before: &str, arrangement: &Arrangement) -> String {
        walk(before, arrangement).pop().unwrap()
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
            ("x - a y", "b", "a", "x - b y"),
            ("x - a y", "b c", "a", "x - b c y"),
            // What was added by a task that failed is no place to go to.
            ("B x - a y", "c", "a b", "x - c y"),
            ("B x - a y", "b", "a", "x - b y"),
            ("- a - b", "a b c", "", "- a - b c"),
            ("- a - b", "c a b", "", "- c a - b"),
            ("- a - b", "a c b", "", "- a c - b"),
            ("- A", "b", "a", "- b"),
            ("a x b", "b a", "", "b a x"),
            ("- a - b", "a b", "", "- a - b"),
            ("c - b a", "a b c", "", "a b c -"),
            // What is off is switched on; what stands twice stands once.
            ("A -", "a", "", "a -"),
            ("a - a", "a", "", "a -"),
            ("A - a", "a", "", "- a"),
            ("a - B", "a b", "", "a - b"),
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
    fn what_is_new_is_off_until_all_of_it_is_in_its_place_and_what_goes_goes_last() {
        let both = arrangement("c d", "a b");
        assert_eq!(
            walk("- a b", &both),
            [
                "- a b",
                "D - a b",
                "C D - a b",
                "D - C a b",
                "- C D a b",
                "- c D a b",
                "- c d a b",
                "- c d a",
                "- c d"
            ]
        );
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
            let steps = walk(&before.join(" "), &arrangement);
            let after = steps.last().unwrap();
            let others = |text: &str| -> Vec<String> {
                text.split_whitespace().filter(|word| !matches!(word.to_lowercase().as_str(), "a" | "b" | "c" | "d"))
                    .map(|word| if word.ends_with('@') { word.to_lowercase() } else { word.to_owned() }).collect()
            };
            prop_assert_eq!(others(after), others(&before.join(" ")));
            let ours: Vec<&str> = after.split_whitespace().filter(|word| matches!(*word, "a" | "b" | "c" | "d")).collect();
            prop_assert_eq!(&ours, &wanted);

            // In front of the first that decided is nothing later that decides, while arranging and afterwards; and
            // without one before, there is none without rules.
            let is_on = |word: &&str| matches!(*word, "a" | "b" | "c" | "d");
            let in_front = |text: &str| {
                let words: Vec<&str> = text.split_whitespace().collect();
                let first = words.iter().position(&is_on)?;
                Some(others(&words[..first].join(" ")).len())
            };
            if let Some(was) = in_front(&steps[0]) {
                for step in &steps {
                    let now = in_front(step);
                    proptest::prop_assert!(now.is_none_or(|now| now >= was), "{step} in {steps:?}");
                    proptest::prop_assert!(now.is_some() || wanted.is_empty(), "{step} in {steps:?}");
                }
            }
            // What is switched on is so in the order that is wanted.
            for pair in steps.windows(2) {
                let on = |text: &str| text.split_whitespace().filter(is_on).count();
                if on(&pair[1]) > on(&pair[0]) {
                    let mut now: Vec<&str> = pair[1].split_whitespace().filter(is_on).collect();
                    now.retain(|word| wanted.contains(word));
                    now.dedup();
                    let first: Vec<usize> = wanted.iter()
                        .filter_map(|name| now.iter().position(|word| word == name)).collect();
                    proptest::prop_assert!(first.is_sorted(), "{} in {steps:?}", pair[1]);
                }
            }
        }
    }
    use proptest::strategy::Strategy;
}
