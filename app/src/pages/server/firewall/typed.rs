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
    pub source_port: RwSignal<String>,
    pub icmp_type: RwSignal<String>,
    pub peer: RwSignal<String>,
    pub nic: RwSignal<String>,
    pub own: RwSignal<String>,
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
            source_port: of(""),
            icmp_type: of(""),
            peer: of(""),
            nic: of(""),
            own: of(""),
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

    /// Whether a type of message is to be said. Tracked.
    pub fn is_icmp(self) -> bool {
        self.protocol().parse().is_ok_and(Protocol::is_icmp)
    }

    /// The question.
    ///
    /// # Errors
    /// What is wrong, by field.
    pub fn question(self) -> Result<Question, FieldProblems> {
        let text = |field: RwSignal<String>| field.with_untracked(|text| text.trim().to_owned());
        let said = |field: RwSignal<String>| Some(text(field)).filter(|text| !text.is_empty());
        let peer = text(self.peer);
        let (protocol, has_port, is_icmp) = untrack(|| (self.protocol(), self.has_port(), self.is_icmp()));
        let mut problems = FieldProblems::new();
        let mut number = |name: &str, field: RwSignal<String>| {
            let typed = said(field).filter(|_| has_port)?;
            let number = typed.parse::<u16>().ok();
            if number.is_none() {
                problems.insert(name.to_owned(), Problem::InvalidPort { given: typed });
            }
            number
        };
        let (port, source_port) = (number("port", self.port), number("source_port", self.source_port));
        let address = peer.parse::<IpAddr>();
        let question = Question {
            direction: text(self.direction).parse().unwrap_or_default(),
            protocol,
            port,
            source_port,
            peer: address.clone().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            own: said(self.own).and_then(|own| own.parse().ok()),
            nic: said(self.nic),
            icmp_type: said(self.icmp_type).filter(|_| is_icmp),
        };
        for (field, problem) in question.problems() {
            // What is typed and no number is not what is missing.
            problems.entry(field).or_insert(problem);
        }
        if question.protocol.is_empty() {
            problems.insert("protocol".to_owned(), Problem::Required);
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
            if matches!(problems.get("own"), Some(Problem::AddressFamiliesMixed)) {
                problems.remove("own");
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
    #[test]
    fn what_the_protocol_has_none_of_is_not_asked() {
        Owner::new().with(|| {
            let typed = Typed::new();
            for (field, text) in [
                (typed.port, "443"),
                (typed.source_port, "53"),
                (typed.icmp_type, "8"),
                (typed.peer, "10.0.0.5"),
                (typed.own, "10.0.0.9"),
            ] {
                field.set(text.to_owned());
            }
            let question = typed.question().unwrap();
            assert_eq!((question.port, question.source_port), (Some(443), Some(53)));
            assert_eq!(
                (question.icmp_type, question.own),
                (None, "10.0.0.9".parse().ok())
            );
            typed.protocol.set("icmp".to_owned());
            let question = typed.question().unwrap();
            assert_eq!((question.port, question.source_port), (None, None));
            assert_eq!(question.icmp_type.as_deref(), Some("8"));
            typed.icmp_type.set("nothing".to_owned());
            assert_eq!(
                typed.question().unwrap_err()["icmp_type"].name(),
                "invalid_icmp_type"
            );
            typed.protocol.set("udp".to_owned());
            typed.source_port.set("0".to_owned());
            assert_eq!(
                typed.question().unwrap_err()["source_port"].name(),
                "invalid_port"
            );
            typed.source_port.set("x".to_owned());
            typed.own.set("2001:db8::9".to_owned());
            let wrong = typed.question().unwrap_err();
            assert_eq!(wrong["source_port"].name(), "invalid_port");
            assert_eq!(wrong["own"].name(), "address_families_mixed");
        });
    }
}
