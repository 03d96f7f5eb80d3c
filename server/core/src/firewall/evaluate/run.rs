//! The way of a packet: switches, options, the list, the policy.

use drover_types::firewall::{
    Action, Because, ChainEntry, CheckNote, Direction, NicFirewall, Outcome, Question, Rule, SetScope,
    Switch, Verdict,
};
use drover_types::text::Problem;

use super::addresses::Names;
use super::fit::{Fit, fit};
use super::options;
use super::packet::Packet;
use super::scene::Scene;
use super::standard;

/// What becomes of the connection that is asked about, and why.
pub fn evaluate(scene: &Scene<'_>, question: &Question) -> Verdict {
    let mut notes = Vec::new();
    let (outcome, because) = decide(scene, question, &mut notes);
    Verdict {
        outcome,
        because,
        notes,
    }
}

fn decide(scene: &Scene<'_>, question: &Question, notes: &mut Vec<CheckNote>) -> (Outcome, Because) {
    let off = |switch| (Outcome::NotFiltered, Because::Off { switch });
    // `verify_rule`: the kinds of rules that a guest's list may have are in, out and group.
    if question.direction == Direction::Forward {
        return (Outcome::NotFiltered, Because::NoForwarding);
    }
    // `compile`: with the cluster's switch off nothing at all is generated. The node's switch is for the node itself
    // (`enable_host_firewall`); the lists of its guests are generated whatever it says (`compile_iptables_filter`).
    if !scene.cluster_options.enabled {
        return off(Switch::Cluster {
            cluster: scene.cluster.to_owned(),
        });
    }
    let Some(nic) = nic(scene, question) else {
        return (Outcome::NotFiltered, Because::NoSuchNic);
    };
    let packet = Packet::new(question, nic, notes);
    // `ruleset_chain_add_input_filters` on `PVEFW-FWBR-IN`, through which whatever reaches a filtered network device
    // goes, before and whether or not the guest has a list.
    if nic.enabled && is_blacklisted(scene, &packet) {
        return (Outcome::Dropped, Because::Blacklist);
    }
    // `compile_iptables_filter`: `next if !$net->{firewall}`, `return if !$vmfw_conf->{options}->{enable}`.
    if !scene.guest_options.enabled {
        return off(Switch::Guest);
    }
    if !nic.enabled {
        return off(Switch::Nic {
            interface: nic.interface.clone(),
        });
    }
    if scene.node_options.has_nftables() && packet.icmp.is_some() {
        notes.push(CheckNote::Nftables);
    }
    if let Some((outcome, option)) = options::decide(scene, nic, &packet, notes) {
        return (outcome, Because::Option { option });
    }
    if let Some(decided) = list(scene, nic, &packet, notes) {
        return decided;
    }
    policy(scene, &packet)
}

/// The network device that is asked about, or the first.
fn nic<'a>(scene: &Scene<'a>, question: &Question) -> Option<&'a NicFirewall> {
    match &question.nic {
        Some(name) => scene.nics.iter().find(|nic| nic.interface == *name),
        None => scene.nics.iter().min_by_key(|nic| {
            let number = nic.interface.strip_prefix("net");
            number
                .and_then(|number| number.parse::<u32>().ok())
                .unwrap_or(u32::MAX)
        }),
    }
}

/// pve-firewall(8), "Standard IP set blacklist".
fn is_blacklisted(scene: &Scene<'_>, packet: &Packet) -> bool {
    let names = Names::of_cluster(scene);
    packet.direction == Direction::In
        && names
            .set(Some(SetScope::Cluster), "blacklist")
            .is_some_and(|set| names.has(&set.entries, packet.peer))
}

/// The guest's list from top to bottom: the first rule that is for the packet decides
/// (`ruleset_generate_vm_rules`).
fn list(
    scene: &Scene<'_>,
    nic: &NicFirewall,
    packet: &Packet,
    notes: &mut Vec<CheckNote>,
) -> Option<(Outcome, Because)> {
    let of_nic = |interface: &str| interface.is_empty() || interface == nic.interface;
    for entry in scene.chain {
        match entry {
            ChainEntry::Rule(rule) if rule.enabled && of_nic(&rule.interface) => {
                let names = Names::of_guest(scene);
                if let Some(decided) = one(rule, None, rule.pos, packet, names, notes) {
                    return Some(decided);
                }
            }
            ChainEntry::Group(reference) if reference.enabled && of_nic(&reference.interface) => {
                let name = &reference.group;
                let Some(group) = scene.groups.iter().find(|group| group.summary.name == *name) else {
                    // "no such security group": its list is empty then (`generate_group_rules`).
                    notes.push(CheckNote::UnknownGroup {
                        pos: reference.pos,
                        group: name.clone(),
                    });
                    continue;
                };
                // In a group ACCEPT sets a mark that the guest's list accepts by (`ruleset_add_group_rule`).
                let names = Names::of_cluster(scene);
                for rule in group.rules.iter().filter(|rule| rule.enabled) {
                    if let Some(decided) = one(rule, Some(name), reference.pos, packet, names, notes) {
                        return Some(decided);
                    }
                }
            }
            ChainEntry::Rule(_) | ChainEntry::Group(_) => {}
        }
    }
    None
}

/// What one rule makes of the packet; `None` where it is not for it.
fn one(
    rule: &Rule,
    group: Option<&String>,
    pos: u32,
    packet: &Packet,
    names: Names<'_>,
    notes: &mut Vec<CheckNote>,
) -> Option<(Outcome, Because)> {
    if rule.direction != packet.direction {
        return None;
    }
    // "parameter -i not allowed for this rule type" (`verify_rule`).
    let misplaced = group.is_some() && !rule.interface.is_empty();
    let mut left_out = |problem| {
        notes.push(CheckNote::RuleLeftOut {
            group: group.cloned(),
            pos: rule.pos,
            problem,
        });
    };
    match fit(rule, packet, names) {
        Fit::No => return None,
        Fit::Yes if misplaced => {
            left_out(Problem::NoInterfaceInGroup);
            return None;
        }
        Fit::Yes => {}
        Fit::Broken(problem) => {
            left_out(problem);
            return None;
        }
        Fit::OwnUnknown => {
            notes.push(CheckNote::OwnAddressUnknown {
                group: group.cloned(),
                pos: rule.pos,
            });
            return None;
        }
    }
    let outcome = match rule.action {
        Action::Accept => Outcome::Passes,
        Action::Drop => Outcome::Dropped,
        Action::Reject => standard::rejected(packet),
    };
    let because = Because::Rule {
        rule: Box::new(rule.clone()),
        group: group.cloned(),
        pos,
    };
    Some((outcome, because))
}

/// `ruleset_add_chain_policy` with what `generate_tap_rules_direction` passes: DROP inbound and ACCEPT outbound, unless
/// the guest's options say otherwise. The cluster's policies are the nodes' alone.
fn policy(scene: &Scene<'_>, packet: &Packet) -> (Outcome, Because) {
    let options = scene.guest_options;
    let (action, set) = match packet.direction {
        Direction::Out => (options.policy_out(), options.policy_out.is_some()),
        Direction::In | Direction::Forward => (options.policy_in(), options.policy_in.is_some()),
    };
    match standard::policy(action, packet) {
        (outcome, false) => (outcome, Because::Policy { action, set }),
        (outcome, true) => (outcome, Because::Standard { policy: action }),
    }
}
