//! Whether a rule is for a packet (`PVE::Firewall`: `verify_rule`, `$apply_macro`, `ipt_rule_to_cmds`).

use std::net::IpAddr;

use drover_types::firewall::input::{AddressSpec, IcmpType, PROTOCOLS_WITH_PORTS, PortSpec, Protocol};
use drover_types::firewall::{MacroLine, Rule};
use drover_types::text::Problem;

use super::addresses::Names;
use super::macros;
use super::packet::Packet;

/// Whether a rule is for a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
    /// It would be, but for the guest's own address, which is not known.
    OwnUnknown,
    /// It would be, but for something in it that can't be read. Proxmox leaves it out (`$rule->{errors}`).
    Broken(Problem),
}

/// Some of a rule's conditions: met, not met, or not to be read.
type Met = Result<bool, Problem>;

pub(super) fn fit(rule: &Rule, packet: &Packet, names: Names<'_>) -> Fit {
    let source = side(&rule.source, packet.source(), packet.is_ipv6(), names);
    let dest = side(&rule.dest, packet.dest(), packet.is_ipv6(), names);
    let what = protocol_and_ports(rule, packet);
    // What doesn't match does no harm, whatever else is wrong with the rule.
    let no = |fit: &Fit| *fit == Fit::No;
    if no(&source) || no(&dest) || what == Ok(false) {
        return Fit::No;
    }
    if let Err(problem) = what.and_then(|_| families(rule, names)) {
        return Fit::Broken(problem);
    }
    for fit in [source, dest] {
        if fit != Fit::Yes {
            return fit;
        }
    }
    Fit::Yes
}

/// A source or a destination. Everything where nothing is said.
fn side(text: &str, address: Option<IpAddr>, is_ipv6: bool, names: Names<'_>) -> Fit {
    if text.trim().is_empty() {
        return Fit::Yes;
    }
    let spec: AddressSpec = match text.parse() {
        Ok(spec) => spec,
        Err(problem) => return Fit::Broken(problem),
    };
    let Some(address) = address else {
        // Of the other family it is for no packet of this one, whatever the address.
        let other = names.family(&spec).is_some_and(|family| family != is_ipv6);
        return if other { Fit::No } else { Fit::OwnUnknown };
    };
    match names.fits(&spec, address) {
        Ok(true) => Fit::Yes,
        Ok(false) => Fit::No,
        Err(problem) => Fit::Broken(problem),
    }
}

/// One rule is of one family (`verify_rule`, `$set_ip_version`); a rule of the other is never for the packet, which
/// its addresses and its protocol see to, so it is left to say which rules are of both.
fn families(rule: &Rule, names: Names<'_>) -> Result<(), Problem> {
    let of = |text: &str| {
        let spec: AddressSpec = text.parse().ok()?;
        names.family(&spec)
    };
    let icmp = match rule.protocol.trim().parse() {
        Ok(Protocol::ICMP) => Some(false),
        Ok(Protocol::ICMP_V6) => Some(true),
        _ => None,
    };
    let said: Vec<bool> = [icmp, of(&rule.source), of(&rule.dest)]
        .into_iter()
        .flatten()
        .collect();
    if said.windows(2).all(|pair| pair[0] == pair[1]) {
        Ok(())
    } else {
        Err(Problem::AddressFamiliesMixed)
    }
}

fn protocol_and_ports(rule: &Rule, packet: &Packet) -> Met {
    let own = MacroLine {
        protocol: rule.protocol.trim().to_owned(),
        dest_port: rule.dest_port.trim().to_owned(),
        source_port: rule.source_port.trim().to_owned(),
        icmp_type: rule.icmp_type.trim().to_owned(),
    };
    let name = rule.macro_name.trim();
    if name.is_empty() {
        return line(&own, packet);
    }
    let lines = macros::lines(name, packet.is_ipv6());
    let lines = lines.ok_or_else(|| Problem::UnknownMacro {
        name: name.to_owned(),
    })?;
    // All lines or none ("update all or nothing" in `ruleset_generate_rule`): one that can't be read breaks the rule.
    let met: Result<Vec<bool>, Problem> = lines
        .into_iter()
        .map(|of_macro| line(&merged(name, of_macro, &own)?, packet))
        .collect();
    Ok(met?.contains(&true))
}

/// A macro's line with what the rule says beside it, which must not differ (`$apply_macro`).
fn merged(name: &str, of_macro: MacroLine, own: &MacroLine) -> Result<MacroLine, Problem> {
    let one = |of_macro: String, own: &str| {
        if of_macro.is_empty() || of_macro == own {
            Ok(own.to_owned())
        } else if own.is_empty() {
            Ok(of_macro)
        } else {
            let name = name.to_owned();
            Err(Problem::SetByMacro { name })
        }
    };
    Ok(MacroLine {
        protocol: one(of_macro.protocol, &own.protocol)?,
        dest_port: one(of_macro.dest_port, &own.dest_port)?,
        source_port: one(of_macro.source_port, &own.source_port)?,
        icmp_type: one(of_macro.icmp_type, &own.icmp_type)?,
    })
}

fn line(line: &MacroLine, packet: &Packet) -> Met {
    let says_ports = !line.dest_port.is_empty() || !line.source_port.is_empty();
    if line.protocol.is_empty() {
        // Neither port without a protocol (`verify_rule`).
        return if says_ports {
            Err(ports_need_protocol())
        } else if line.icmp_type.is_empty() {
            Ok(true)
        } else {
            Err(Problem::IcmpTypeNeedsIcmp)
        };
    }
    let protocol: Protocol = line.protocol.parse()?;
    let same = protocol == Protocol::ANY || packet.is(protocol);
    let rest = if protocol.is_icmp() {
        icmp(protocol, line, packet)
    } else if says_ports && !protocol.has_ports() {
        Err(ports_need_protocol())
    } else if !line.icmp_type.is_empty() {
        Err(Problem::IcmpTypeNeedsIcmp)
    } else {
        ports(line, packet)
    };
    if same { rest } else { Ok(false) }
}

/// The type of ICMP. Rules of before there was a field for it have it in that of the port (`ipt_rule_to_cmds`).
fn icmp(protocol: Protocol, line: &MacroLine, packet: &Packet) -> Met {
    if !line.source_port.is_empty() {
        return Err(Problem::IcmpHasNoPorts);
    }
    let name = match (line.icmp_type.as_str(), line.dest_port.as_str()) {
        ("", "") => return Ok(true),
        ("", port) => port,
        (name, "") => name,
        _ => return Err(Problem::IcmpHasNoPorts),
    };
    let kind = IcmpType::read(protocol, name)?;
    Ok(packet.icmp.is_some_and(|icmp| kind.covers(icmp)))
}

fn ports(line: &MacroLine, packet: &Packet) -> Met {
    let dest = match line.dest_port.as_str() {
        "" => true,
        text => {
            let spec = PortSpec::stored(text)?;
            packet.dest_port.is_some_and(|port| spec.contains(port, port))
        }
    };
    let source = match line.source_port.as_str() {
        "" => true,
        text => {
            let (first, last) = packet.source_ports;
            PortSpec::stored(text)?.contains(first, last)
        }
    };
    Ok(dest && source)
}

fn ports_need_protocol() -> Problem {
    let known = PROTOCOLS_WITH_PORTS.iter().map(|&name| name.to_owned());
    Problem::PortsNeedProtocol {
        known: known.collect(),
    }
}
