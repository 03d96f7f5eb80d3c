//! What a rule says for its ports.

use std::fmt;
use std::str::FromStr;

use super::services::port_of;
use crate::text::Problem;

/// The most numbers of a list; a range has two (`PVE::Firewall::parse_port_name_number_or_range`). A name is counted
/// too, as `multiport` counts it.
const MOST: u32 = 15;

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PortRange {
    /// From one port to another, which may be the same.
    Numbers {
        /// The first.
        first: u16,
        /// The last.
        last: u16,
    },
    /// A service by its name.
    Service {
        /// Its name.
        name: String,
        /// Its port.
        port: u16,
    },
}

impl PortRange {
    /// The first port and the last.
    pub const fn bounds(&self) -> (u16, u16) {
        match self {
            Self::Numbers { first, last } => (*first, *last),
            Self::Service { port, .. } => (*port, *port),
        }
    }
}

/// Ports: numbers, ranges and services' names with commas between.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PortSpec(Vec<PortRange>);

impl PortSpec {
    /// What it lists.
    pub fn ranges(&self) -> &[PortRange] {
        &self.0
    }

    /// Whether all ports from `first` to `last` are in one of its items.
    pub fn contains(&self, first: u16, last: u16) -> bool {
        self.0.iter().any(|range| {
            let (from, to) = range.bounds();
            from <= first && last <= to
        })
    }

    /// Ports as Proxmox may have them: it takes port 0, which nobody should send.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn stored(text: &str) -> Result<Self, Problem> {
        read(text, 0)
    }
}

impl FromStr for PortSpec {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        read(text, 1)
    }
}

fn read(text: &str, least: u16) -> Result<PortSpec, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Required);
    }
    let ranges: Result<Vec<PortRange>, Problem> =
        text.split(',').map(|one| item(one.trim(), least)).collect();
    let ranges = ranges?;
    let count: usize = ranges
        .iter()
        .map(|range| match range.bounds() {
            (first, last) if first == last => 1,
            _ => 2,
        })
        .sum();
    if count > MOST as usize {
        return Err(Problem::TooManyPorts { max: MOST });
    }
    Ok(PortSpec(ranges))
}

/// A number, a name, `80:85`, or `80-85` as people write it.
fn item(text: &str, least: u16) -> Result<PortRange, Problem> {
    let given = || text.to_owned();
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let port = text.parse::<u16>().ok().filter(|_| digits);
        port.filter(|port| *port >= least)
    };
    // A service's name may have a hyphen, such as snmp-trap.
    if let Some(port) = port_of(text) {
        let name = given();
        return Ok(PortRange::Service { name, port });
    }
    let (first, last) = text
        .split_once([':', '-'])
        .map_or((text, text), |(first, last)| (first.trim(), last.trim()));
    let (Some(first), Some(last)) = (number(first), number(last)) else {
        return Err(Problem::InvalidPort { given: given() });
    };
    if first > last {
        return Err(Problem::PortRangeReversed { given: given() });
    }
    Ok(PortRange::Numbers { first, last })
}

impl fmt::Display for PortSpec {
    /// As Proxmox takes it: ranges with a colon, no spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, range) in self.0.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            match range {
                PortRange::Numbers { first, last } if first == last => write!(f, "{comma}{first}")?,
                PortRange::Numbers { first, last } => write!(f, "{comma}{first}:{last}")?,
                PortRange::Service { name, .. } => write!(f, "{comma}{name}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_rule_may_say() {
        for (text, said) in [
            ("443", "443"),
            ("80:85", "80:85"),
            ("80-85", "80:85"),
            ("80 - 85", "80:85"),
            ("80:80", "80"),
            ("80, 443 ,8000-8080", "80,443,8000:8080"),
            ("ssh", "ssh"),
            ("ssh,443", "ssh,443"),
            ("snmp-trap", "snmp-trap"),
            ("1:65535", "1:65535"),
            ("0443", "443"),
            (
                "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15",
                "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15",
            ),
        ] {
            assert_eq!(text.parse::<PortSpec>().unwrap().to_string(), said);
        }
    }

    #[test]
    fn what_it_may_not() {
        let invalid = |given: &str| Problem::InvalidPort {
            given: given.to_owned(),
        };
        for (text, problem) in [
            ("", Problem::Required),
            ("0", invalid("0")),
            ("65536", invalid("65536")),
            ("0:80", invalid("0:80")),
            ("80:65536", invalid("80:65536")),
            ("-1", invalid("-1")),
            ("+80", invalid("+80")),
            ("80:", invalid("80:")),
            ("80:85:90", invalid("80:85:90")),
            ("80,", invalid("")),
            ("80,,443", invalid("")),
            ("web", invalid("web")),
            ("echo-request", invalid("echo-request")),
            (
                "85:80",
                Problem::PortRangeReversed {
                    given: "85:80".into(),
                },
            ),
            (
                "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
                Problem::TooManyPorts { max: 15 },
            ),
            (
                "1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16",
                Problem::TooManyPorts { max: 15 },
            ),
        ] {
            assert_eq!(text.parse::<PortSpec>(), Err(problem), "{text:?}");
        }
        assert!(PortSpec::stored("0:80").is_ok());
    }

    #[test]
    fn a_port_is_in_one_of_the_ranges() {
        let spec: PortSpec = "ssh,80,8000:8080".parse().unwrap();
        assert!(spec.contains(22, 22) && spec.contains(80, 80) && spec.contains(8080, 8080));
        assert!(!spec.contains(81, 81) && !spec.contains(8081, 8081));
        assert!(spec.contains(8010, 8020) && !spec.contains(8010, 9000));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(pairs in prop::collection::vec((1u16.., 1u16..), 1..7)) {
            let ranges = pairs
                .into_iter()
                .map(|(a, b)| PortRange::Numbers { first: a.min(b), last: a.max(b) })
                .collect();
            let spec = PortSpec(ranges);
            prop_assert_eq!(spec.to_string().parse::<PortSpec>(), Ok(spec));
        }

        #[test]
        fn what_is_read_is_written_as_it_is_read(text in "[0-9a-z:, -]{0,20}") {
            if let Ok(spec) = text.parse::<PortSpec>() {
                prop_assert_eq!(spec.to_string().parse::<PortSpec>(), Ok(spec));
            }
        }
    }
}
