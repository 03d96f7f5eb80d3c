//! What is wrong with a question to a firewall.

use super::draft::is_nic;
use super::icmp::IcmpType;
use super::protocol::Protocol;
use crate::error::FieldProblems;
use crate::firewall::{Direction, Question};
use crate::text::Problem;

impl Question {
    /// What is wrong with it by itself.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = FieldProblems::new();
        let mut add = |field: &str, problem: Problem| {
            problems.entry(field.to_owned()).or_insert(problem);
        };
        if self.direction == Direction::Forward {
            add("direction", Problem::NoForwardOnServer);
        }
        if let Some(given) = self.nic.clone().filter(|name| !is_nic(name)) {
            add("nic", Problem::InvalidFirewallInterface { given });
        }
        if self.own.is_some_and(|own| own.is_ipv6() != self.peer.is_ipv6()) {
            add("own", Problem::AddressFamiliesMixed);
        }
        match self.protocol.parse::<Protocol>() {
            Err(problem) => add("protocol", problem),
            Ok(protocol) => {
                if protocol.is_icmp() && (protocol == Protocol::ICMP_V6) != self.peer.is_ipv6() {
                    let protocol = protocol.to_string();
                    add("protocol", Problem::IcmpOfOtherFamily { protocol });
                }
                if protocol.has_ports() && self.port.is_none() {
                    add("port", Problem::Required);
                }
                if !protocol.has_ports() && (self.port.is_some() || self.source_port.is_some()) {
                    add("port", Problem::IcmpHasNoPorts);
                }
                match &self.icmp_type {
                    Some(text) if protocol.is_icmp() => {
                        if let Err(problem) = IcmpType::read(protocol, text) {
                            add("icmp_type", problem);
                        }
                    }
                    Some(_) => add("icmp_type", Problem::IcmpTypeNeedsIcmp),
                    None => {}
                }
            }
        }
        for (field, port) in [("port", self.port), ("source_port", self.source_port)] {
            if port == Some(0) {
                let given = "0".to_owned();
                add(field, Problem::InvalidPort { given });
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_make_sense_and_others() {
        for (text, expected) in [
            (r#"{"protocol":"tcp","port":443,"peer":"192.0.2.5"}"#, ""),
            (r#"{"protocol":"icmp","peer":"192.0.2.5"}"#, ""),
            (r#"{"protocol":"icmp","peer":"192.0.2.5","icmp_type":"8"}"#, ""),
            (r#"{"protocol":"gre","peer":"192.0.2.5","nic":"net1"}"#, ""),
            (r#"{"protocol":"tcp","peer":"192.0.2.5"}"#, "port: required"),
            (
                r#"{"protocol":"tcp","port":0,"peer":"192.0.2.5"}"#,
                "port: invalid_port",
            ),
            (
                r#"{"protocol":"icmp","port":7,"peer":"192.0.2.5"}"#,
                "port: icmp_has_no_ports",
            ),
            (
                r#"{"protocol":"icmp","peer":"2001:db8::5"}"#,
                "protocol: icmp_of_other_family",
            ),
            (
                r#"{"protocol":"web","peer":"192.0.2.5"}"#,
                "protocol: unknown_protocol",
            ),
            (
                r#"{"protocol":"udp","port":1,"peer":"192.0.2.5","own":"::1","nic":"eth0"}"#,
                "nic: invalid_firewall_interface, own: address_families_mixed",
            ),
            (
                r#"{"protocol":"tcp","port":1,"peer":"192.0.2.5","direction":"forward"}"#,
                "direction: no_forward_on_server",
            ),
            (
                r#"{"protocol":"tcp","port":1,"peer":"192.0.2.5","icmp_type":"any"}"#,
                "icmp_type: icmp_type_needs_icmp",
            ),
        ] {
            let question: Question = serde_json::from_str(text).unwrap();
            let problems = question.problems();
            let said: Vec<String> = problems
                .iter()
                .map(|(field, problem)| format!("{field}: {}", problem.name()))
                .collect();
            assert_eq!(said.join(", "), expected, "{text}");
        }
    }
}
