//! What is wrong with a rule by itself, field by field. Fields are named as the API names them.

use std::str::FromStr;

use super::address::AddressSpec;
use super::icmp::IcmpType;
use super::name::comment;
use super::port::PortSpec;
use super::protocol::{PROTOCOLS_WITH_PORTS, Protocol};
use crate::error::FieldProblems;
use crate::firewall::{Action, Direction, Macro, MacroLine, RuleDraft};
use crate::text::Problem;

/// Where a rule is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RulePlace {
    /// In a group, which is for whoever has it.
    Group,
    /// In a server's own list.
    Server,
}

/// A field of a macro's line.
type OfLine = fn(&MacroLine) -> &str;

/// Collects what is wrong, the first of each field.
struct Problems(FieldProblems);

impl Problems {
    fn add(&mut self, field: &str, problem: Problem) {
        self.0.entry(field.to_owned()).or_insert(problem);
    }

    /// Reads a field that may be empty.
    fn read<T: FromStr<Err = Problem>>(&mut self, field: &str, text: &str) -> Option<T> {
        if text.trim().is_empty() {
            return None;
        }
        text.parse().map_err(|problem| self.add(field, problem)).ok()
    }
}

impl RuleDraft {
    /// What is wrong with it. `macros` are those that the cluster knows; `None` where nobody has asked, and then
    /// none is called unknown.
    pub fn problems(&self, place: RulePlace, macros: Option<&[Macro]>) -> FieldProblems {
        let mut problems = Problems(FieldProblems::new());
        self.place(place, &mut problems);
        self.by_macro(macros, &mut problems);
        let protocol = problems.read::<Protocol>("protocol", &self.protocol);
        self.ports(protocol, &mut problems);
        self.icmp(protocol, &mut problems);
        self.addresses(protocol, &mut problems);
        if let Err(problem) = comment(&self.comment) {
            problems.add("comment", problem);
        }
        problems.0
    }

    /// The same rule as Proxmox takes it: ranges of ports with a colon, names as they are known, no spaces around.
    /// What can't be read stays as it is.
    #[must_use]
    pub fn tidied(self, macros: Option<&[Macro]>) -> Self {
        let known = macros.and_then(|macros| find(macros, self.macro_name.trim()));
        let protocol = tidy::<Protocol>(&self.protocol);
        Self {
            macro_name: known.map_or_else(|| self.macro_name.trim().to_owned(), |known| known.name.clone()),
            protocol,
            source: tidy::<AddressSpec>(&self.source),
            dest: tidy::<AddressSpec>(&self.dest),
            source_port: tidy::<PortSpec>(&self.source_port),
            dest_port: tidy::<PortSpec>(&self.dest_port),
            icmp_type: self.icmp_type.trim().to_owned(),
            interface: self.interface.trim().to_owned(),
            comment: self.comment.trim().to_owned(),
            ..self
        }
    }

    fn place(&self, place: RulePlace, problems: &mut Problems) {
        let interface = self.interface.trim();
        match place {
            // `PVE::Firewall`, `$rule_env_iface_lookup`: a group's rule names no device.
            RulePlace::Group if !interface.is_empty() => {
                problems.add("interface", Problem::NoInterfaceInGroup);
            }
            RulePlace::Server if !interface.is_empty() && !is_nic(interface) => {
                let given = interface.to_owned();
                problems.add("interface", Problem::InvalidFirewallInterface { given });
            }
            _ => {}
        }
        if self.direction == Direction::Forward {
            if place == RulePlace::Server {
                problems.add("direction", Problem::NoForwardOnServer);
            }
            if self.action == Action::Reject {
                problems.add("action", Problem::NoRejectOfForwarded);
            }
        }
    }

    /// What a macro says must not be said again otherwise (`PVE::Firewall`, `$apply_macro`).
    fn by_macro(&self, macros: Option<&[Macro]>, problems: &mut Problems) {
        let (Some(macros), name) = (macros, self.macro_name.trim()) else {
            return;
        };
        if name.is_empty() {
            return;
        }
        let Some(known) = find(macros, name) else {
            let name = name.to_owned();
            return problems.add("macro", Problem::UnknownMacro { name });
        };
        let fields: [(&str, &str, OfLine); 4] = [
            ("protocol", &self.protocol, |line| &line.protocol),
            ("dest_port", &self.dest_port, |line| &line.dest_port),
            ("source_port", &self.source_port, |line| &line.source_port),
            ("icmp_type", &self.icmp_type, |line| &line.icmp_type),
        ];
        for (field, said, of) in fields {
            let said = said.trim();
            let differs = |line: &MacroLine| !of(line).is_empty() && of(line) != said;
            if !said.is_empty() && known.lines.iter().any(differs) {
                let name = known.name.clone();
                problems.add(field, Problem::SetByMacro { name });
            }
        }
    }

    fn ports(&self, protocol: Option<Protocol>, problems: &mut Problems) {
        for (field, text) in [("source_port", &self.source_port), ("dest_port", &self.dest_port)] {
            if text.trim().is_empty() {
                continue;
            }
            let unread = protocol.is_none() && !self.protocol.trim().is_empty();
            match protocol {
                Some(protocol) if protocol.is_icmp() => problems.add(field, Problem::IcmpHasNoPorts),
                Some(protocol) if protocol.has_ports() => {}
                // The protocol's own problem is told already.
                _ if unread => {}
                _ => {
                    let known = PROTOCOLS_WITH_PORTS.iter().map(|&name| name.to_owned());
                    let known = known.collect();
                    problems.add("protocol", Problem::PortsNeedProtocol { known });
                }
            }
            problems.read::<PortSpec>(field, text);
        }
    }

    fn icmp(&self, protocol: Option<Protocol>, problems: &mut Problems) {
        let name = self.icmp_type.trim();
        if name.is_empty() {
            return;
        }
        match protocol.filter(|protocol| protocol.is_icmp()) {
            None => problems.add("icmp_type", Problem::IcmpTypeNeedsIcmp),
            Some(protocol) => {
                if let Err(problem) = IcmpType::named(protocol, name) {
                    problems.add("icmp_type", problem);
                }
            }
        }
    }

    fn addresses(&self, protocol: Option<Protocol>, problems: &mut Problems) {
        let source = problems.read::<AddressSpec>("source", &self.source);
        let dest = problems.read::<AddressSpec>("dest", &self.dest);
        let source = source.and_then(|spec| spec.is_ipv6());
        let dest = dest.and_then(|spec| spec.is_ipv6());
        if let (Some(source), Some(dest)) = (source, dest)
            && source != dest
        {
            problems.add("dest", Problem::AddressFamiliesMixed);
        }
        if let (Some(protocol), Some(is_ipv6)) = (protocol, source.or(dest))
            && protocol.is_icmp()
            && (protocol == Protocol::ICMP_V6) != is_ipv6
        {
            let protocol = protocol.to_string();
            problems.add("protocol", Problem::IcmpOfOtherFamily { protocol });
        }
    }
}

/// A macro by its name, whatever its case (`PVE::Firewall`, `$pve_fw_preferred_macro_names`).
fn find<'a>(macros: &'a [Macro], name: &str) -> Option<&'a Macro> {
    macros.iter().find(|known| known.name.eq_ignore_ascii_case(name))
}

fn tidy<T: FromStr + ToString>(text: &str) -> String {
    let text = text.trim();
    text.parse::<T>()
        .map_or_else(|_| text.to_owned(), |read| read.to_string())
}

/// Whether a guest may have a network device of this name.
pub(super) fn is_nic(name: &str) -> bool {
    name.strip_prefix("net").is_some_and(|number| {
        number
            .parse::<u32>()
            .is_ok_and(|n| n < 32 && n.to_string() == number)
    })
}

#[cfg(test)]
mod tests;
