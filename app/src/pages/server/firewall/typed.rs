//! What is typed about a connection, and the question that it makes. What is wrong with it is known before it is sent.

use std::net::{IpAddr, Ipv4Addr};

use drover_types::{
    error::FieldProblems,
    firewall::{Direction, Question, input::Protocol},
    text::Problem,
};
use leptos::prelude::*;

/// The protocols that are offered by name.
pub(super) const PROTOCOLS: [&str; 4] = ["tcp", "udp", "icmp", "ipv6-icmp"];
/// The choice of a protocol that is typed.
pub(super) const OTHER: &str = "other";

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    pub direction: RwSignal<String>,
    pub protocol: RwSignal<String>,
    pub other: RwSignal<String>,
    pub port: RwSignal<String>,
    pub peer: RwSignal<String>,
    pub nic: RwSignal<String>,
}

impl Typed {
    /// TCP to the server.
    pub fn new() -> Self {
        let of = |text: &str| RwSignal::new(text.to_owned());
        Self {
            direction: of(Direction::In.as_str()),
            protocol: of("tcp"),
            other: of(""),
            port: of(""),
            peer: of(""),
            nic: of(""),
        }
    }

    /// The protocol that is chosen or typed. Tracked.
    pub fn protocol(self) -> String {
        let chosen = self.protocol.get();
        if chosen == OTHER {
            self.other.with(|other| other.trim().to_owned())
        } else {
            chosen
        }
    }

    /// Whether a port is to be said: not where the protocol is known to have none. Tracked.
    pub fn has_port(self) -> bool {
        self.protocol().parse().map_or(true, Protocol::has_ports)
    }

    /// The question.
    ///
    /// # Errors
    /// What is wrong, by field.
    pub fn question(self) -> Result<Question, FieldProblems> {
        let text = |field: RwSignal<String>| field.with_untracked(|text| text.trim().to_owned());
        let (port, peer, nic) = (text(self.port), text(self.peer), text(self.nic));
        let (protocol, has_port) = untrack(|| (self.protocol(), self.has_port()));
        let mut problems = FieldProblems::new();
        let number = if has_port && !port.is_empty() {
            port.parse::<u16>().map(Some)
        } else {
            Ok(None)
        };
        let address = peer.parse::<IpAddr>();
        let question = Question {
            direction: text(self.direction).parse().unwrap_or_default(),
            protocol,
            port: number.clone().unwrap_or_default(),
            source_port: None,
            peer: address.clone().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            own: None,
            nic: Some(nic).filter(|nic| !nic.is_empty()),
            icmp_type: None,
        };
        problems.extend(question.problems());
        if question.protocol.is_empty() {
            problems.insert("protocol".to_owned(), Problem::Required);
        }
        if number.is_err() {
            problems.insert("port".to_owned(), Problem::InvalidPort { given: port });
        }
        if address.is_err() {
            let problem = if peer.is_empty() {
                Problem::Required
            } else {
                Problem::InvalidAddress
            };
            problems.insert("peer".to_owned(), problem);
            // Which family the protocol is to be of is not known yet.
            if matches!(problems.get("protocol"), Some(Problem::IcmpOfOtherFamily { .. })) {
                problems.remove("protocol");
            }
        }
        if problems.is_empty() {
            Ok(question)
        } else {
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields that are wrong, with what is wrong.
    fn wrong(protocol: &str, other: &str, port: &str, peer: &str) -> String {
        Owner::new().with(|| {
            let typed = Typed::new();
            for (field, text) in [
                (typed.protocol, protocol),
                (typed.other, other),
                (typed.port, port),
                (typed.peer, peer),
            ] {
                field.set(text.to_owned());
            }
            let problems = typed.question().err().unwrap_or_default();
            let said: Vec<_> = problems
                .iter()
                .map(|(field, problem)| format!("{field}: {}", problem.name()))
                .collect();
            said.join(", ")
        })
    }

    #[test]
    fn what_is_typed_is_judged_before_it_is_sent() {
        for (protocol, other, port, peer, expected) in [
            ("tcp", "", "443", " 10.0.0.5 ", ""),
            ("icmp", "", "443", "10.0.0.5", ""),
            ("other", "gre", "", "10.0.0.5", ""),
            ("other", "sctp", "", "10.0.0.5", "port: required"),
            ("other", "", "1", "10.0.0.5", "protocol: required"),
            ("tcp", "", "", "", "peer: required, port: required"),
            ("tcp", "", "0", "10.0.0.5", "port: invalid_port"),
            (
                "udp",
                "",
                "65536",
                "10.0.0",
                "peer: invalid_address, port: invalid_port",
            ),
            ("ipv6-icmp", "", "", "x", "peer: invalid_address"),
            ("ipv6-icmp", "", "", "10.0.0.5", "protocol: icmp_of_other_family"),
        ] {
            assert_eq!(
                wrong(protocol, other, port, peer),
                expected,
                "{protocol} {other} {port} {peer}"
            );
        }
    }
}
