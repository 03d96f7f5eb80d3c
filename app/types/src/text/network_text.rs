//! How problems with addresses and with the firewall are said to people.

use super::problem::Problem;
use crate::firewall::NamedIn;
use crate::lang::Lang;

impl Problem {
    /// The sentence for people, of those problems that [`Problem::text`] sends here.
    #[expect(
        clippy::too_many_lines,
        reason = "one table of all sentences, a line or two each"
    )]
    pub(super) fn network_text(&self, lang: Lang) -> String {
        let say = |ko: String, en: String| lang.pick(ko, en);
        let fixed = |ko: &str, en: &str| lang.pick(ko, en).to_owned();
        match self {
            Self::AddressesDiffer => fixed(
                "ip_address와 첫 번째 네트워크 장치의 주소가 다릅니다.",
                "ip_address differs from the address of the first network device.",
            ),
            Self::GatewayNotInNetwork { network } => say(
                format!("게이트웨이가 네트워크 {network}에 없습니다."),
                format!("The gateway is not in the network {network}."),
            ),
            Self::InvalidCidr => fixed(
                "주소와 접두사 길이를 함께 쓰십시오. 예: 192.0.2.10/24",
                "Write the address with its prefix length, such as 192.0.2.10/24.",
            ),
            Self::GatewayWithoutAddress => fixed(
                "고정 주소가 있을 때만 게이트웨이를 쓸 수 있습니다.",
                "A gateway goes with a fixed address only.",
            ),
            Self::InvalidFirewallName => fixed(
                "영문자로 시작하고 영문자, 숫자, -, _만 쓸 수 있습니다.",
                "Begin with a letter and use letters of a to z, digits, - and _ only.",
            ),
            Self::InvalidAddressSpec { given } => say(
                format!(
                    "\"{given}\"은(는) 주소가 아닙니다. 예: 192.0.2.7, 192.0.2.0/24, 192.0.2.7-192.0.2.9, +집합, 별칭"
                ),
                format!(
                    "\"{given}\" is no address. Examples: 192.0.2.7, 192.0.2.0/24, 192.0.2.7-192.0.2.9, +set, alias."
                ),
            ),
            Self::AddressRangeReversed { given } => say(
                format!("범위 {given}의 처음이 끝보다 큽니다."),
                format!("The range {given} ends before it begins."),
            ),
            Self::HostBitsSet { network } => say(
                format!("네트워크 주소가 아닙니다. {network}을(를) 뜻하셨습니까?"),
                format!("This is not a network's address. Did you mean {network}?"),
            ),
            Self::AddressFamiliesMixed => fixed(
                "한 규칙에 IPv4와 IPv6를 함께 쓸 수 없습니다.",
                "A rule can't have both IPv4 and IPv6.",
            ),
            Self::AddressRangeInList => fixed(
                "범위, 집합, 별칭은 목록에 넣을 수 없고 하나만 쓸 수 있습니다.",
                "A range, a set or an alias stands alone, never in a list.",
            ),
            Self::InvalidPort { given } => say(
                format!(
                    "\"{given}\"은(는) 포트가 아닙니다. 1에서 65535까지의 번호, 서비스 이름, 80:85 같은 범위를 쓰십시오."
                ),
                format!(
                    "\"{given}\" is no port. Use a number from 1 to 65535, a service's name or a range such as 80:85."
                ),
            ),
            Self::PortRangeReversed { given } => say(
                format!("포트 범위 {given}의 처음이 끝보다 큽니다."),
                format!("The range of ports {given} ends before it begins."),
            ),
            Self::TooManyPorts { max } => say(
                format!("포트 번호는 {max}개까지 쓸 수 있습니다. 범위는 두 개로 셉니다."),
                format!("Use at most {max} port numbers. A range counts as two."),
            ),
            Self::PortsNeedProtocol { known } => say(
                format!("포트는 이 프로토콜에만 쓸 수 있습니다: {}", known.join(", ")),
                format!("Ports go with these protocols only: {}.", known.join(", ")),
            ),
            Self::UnknownProtocol { given } => say(
                format!("프로토콜 \"{given}\"을(를) 알 수 없습니다. tcp 같은 이름이나 번호를 쓰십시오."),
                format!("The protocol \"{given}\" is unknown. Use a name such as tcp, or its number."),
            ),
            Self::InvalidIcmpType { given, protocol } => say(
                format!("\"{given}\"은(는) {protocol}의 종류가 아닙니다. 예: echo-request"),
                format!("\"{given}\" is no type of {protocol}. An example is echo-request."),
            ),
            Self::IcmpTypeNeedsIcmp => fixed(
                "ICMP 종류는 프로토콜 icmp나 ipv6-icmp에만 쓸 수 있습니다.",
                "A type of ICMP goes with the protocols icmp and ipv6-icmp only.",
            ),
            Self::IcmpHasNoPorts => fixed(
                "ICMP에는 포트가 없습니다. ICMP 종류를 쓰십시오.",
                "ICMP has no ports. Use a type of ICMP.",
            ),
            Self::IcmpOfOtherFamily { protocol } => say(
                format!("프로토콜 {protocol}과(와) 주소의 IP 버전이 다릅니다."),
                format!("The protocol {protocol} and the addresses are of different IP versions."),
            ),
            Self::UnknownMacro { name } => say(
                format!("매크로 \"{name}\"이(가) 없습니다."),
                format!("There is no macro \"{name}\"."),
            ),
            Self::SetByMacro { name } => say(
                format!("매크로 {name}에 이미 정해져 있습니다. 비워 두십시오."),
                format!("The macro {name} says this already. Leave it empty."),
            ),
            Self::NoLineBreaks => fixed("한 줄이어야 합니다.", "This must be one line."),
            Self::InvalidFirewallInterface { given } => say(
                format!("\"{given}\"은(는) 네트워크 장치가 아닙니다. 예: net0"),
                format!("\"{given}\" is no network device. An example is net0."),
            ),
            Self::NoInterfaceInGroup => fixed(
                "그룹의 규칙에는 네트워크 장치를 쓸 수 없습니다. 그룹을 할당할 때 정하십시오.",
                "A group's rule can't name a network device. Name it where the group is assigned.",
            ),
            Self::NoForwardOnServer => fixed(
                "서버에는 forward 규칙이 없습니다.",
                "A server has no rules for what is forwarded.",
            ),
            Self::NoRejectOfForwarded => fixed(
                "forward 규칙에는 ACCEPT와 DROP만 쓸 수 있습니다.",
                "A rule for what is forwarded can be ACCEPT or DROP only.",
            ),
            Self::IpSetNotFound { name } => say(
                format!("IP 집합 \"{name}\"이(가) 없습니다."),
                format!("There is no IP set \"{name}\"."),
            ),
            Self::RefusedByProxmox => fixed(
                "Proxmox가 이 값을 받지 않습니다.",
                "Proxmox does not take this value.",
            ),
            Self::AliasNotFound { name } => say(
                format!("별칭 \"{name}\"이(가) 없습니다."),
                format!("There is no alias \"{name}\"."),
            ),
            Self::FirewallGroupNotFound { name } => say(
                format!("방화벽 그룹 \"{name}\"이(가) 없습니다."),
                format!("There is no firewall group \"{name}\"."),
            ),
            Self::FirewallGroupAmbiguous { name, clusters } => say(
                format!(
                    "방화벽 그룹 \"{name}\"이(가) 여러 클러스터에 있습니다. 클러스터를 지정하십시오: {}",
                    clusters.join(", ")
                ),
                format!(
                    "Several clusters have a firewall group \"{name}\". Name the cluster: {}.",
                    clusters.join(", ")
                ),
            ),
            Self::FirewallGroupInUse {
                name,
                servers,
                others,
            } => {
                let mut ko = servers.clone();
                let mut en = servers.clone();
                if *others > 0 {
                    ko.push(format!("그 밖의 서버 {others}대"));
                    en.push(format!("{others} more"));
                }
                say(
                    format!("방화벽 그룹 {name}을(를) 쓰는 서버가 있습니다: {}", ko.join(", ")),
                    format!("The firewall group {name} is in use by {}.", en.join(", ")),
                )
            }
            Self::FirewallGroupInChange { name } => say(
                format!(
                    "방화벽 그룹 {name}을(를) 삭제하거나 이름을 바꾸는 중입니다. 끝난 뒤에 다시 시도하십시오."
                ),
                format!(
                    "The firewall group {name} is being deleted or renamed. Try again once that is over."
                ),
            ),
            Self::FirewallRuleNotFound { pos } => say(
                format!("{pos}번 자리에 규칙이 없습니다."),
                format!("There is no rule at position {pos}."),
            ),
            Self::FirewallNameInUse { name, places } => {
                let ko = places.iter().map(|place| match place {
                    NamedIn::Group(name) => format!("방화벽 그룹 {name}"),
                    NamedIn::IpSet(name) => format!("IP 집합 {name}"),
                    NamedIn::Firewall(of) => format!("{of}의 방화벽"),
                });
                let en = places.iter().map(|place| match place {
                    NamedIn::Group(name) => format!("the group {name}"),
                    NamedIn::IpSet(name) => format!("the IP set {name}"),
                    NamedIn::Firewall(of) => format!("the firewall of {of}"),
                });
                let (ko, en): (Vec<String>, Vec<String>) = (ko.collect(), en.collect());
                say(
                    format!("\"{name}\"을(를) 쓰는 곳이 있습니다: {}", ko.join(", ")),
                    format!("\"{name}\" is used by {}.", en.join(", ")),
                )
            }
            Self::IpSetChangedInPart { name } => say(
                format!(
                    "IP 집합 {name}의 줄 가운데 일부만 바뀌었습니다. 지금 내용을 보고 다시 시도하십시오."
                ),
                format!(
                    "Only some lines of the IP set {name} were changed. Look at what it has now and try again."
                ),
            ),
            Self::FirewallChanged => fixed(
                "그 사이에 다른 사람이 방화벽을 바꾸었습니다. 두 내용을 견주어 보고 다시 시도하십시오.",
                "Somebody else has changed the firewall meanwhile. Compare both versions and try again.",
            ),
            Self::ClusterFirewallOff { cluster } => say(
                format!("클러스터 {cluster}의 방화벽이 꺼져 있어 아무것도 걸러지지 않습니다."),
                format!("The firewall of the cluster {cluster} is off, so nothing is filtered."),
            ),
            // A test below goes through what is sent here.
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_sentence_in_both_languages() {
        for problem in [
            Problem::AddressesDiffer,
            Problem::GatewayNotInNetwork {
                network: "10.0.0.0/8".into(),
            },
            Problem::InvalidCidr,
            Problem::GatewayWithoutAddress,
            Problem::InvalidFirewallName,
            Problem::InvalidAddressSpec { given: "x".into() },
            Problem::AddressRangeReversed { given: "x".into() },
            Problem::HostBitsSet {
                network: "10.0.0.0/8".into(),
            },
            Problem::AddressFamiliesMixed,
            Problem::NoRejectOfForwarded,
            Problem::AddressRangeInList,
            Problem::InvalidPort { given: "x".into() },
            Problem::PortRangeReversed { given: "x".into() },
            Problem::TooManyPorts { max: 15 },
            Problem::PortsNeedProtocol {
                known: vec!["tcp".into()],
            },
            Problem::UnknownProtocol { given: "x".into() },
            Problem::InvalidIcmpType {
                given: "x".into(),
                protocol: "icmp".into(),
            },
            Problem::IcmpTypeNeedsIcmp,
            Problem::IcmpHasNoPorts,
            Problem::IcmpOfOtherFamily {
                protocol: "icmp".into(),
            },
            Problem::UnknownMacro { name: "web".into() },
            Problem::SetByMacro { name: "web".into() },
            Problem::NoLineBreaks,
            Problem::InvalidFirewallInterface { given: "x".into() },
            Problem::NoInterfaceInGroup,
            Problem::NoForwardOnServer,
            Problem::IpSetNotFound { name: "web".into() },
            Problem::RefusedByProxmox,
            Problem::AliasNotFound { name: "web".into() },
            Problem::FirewallGroupNotFound { name: "web".into() },
            Problem::FirewallGroupAmbiguous {
                name: "web".into(),
                clusters: vec!["lab".into()],
            },
            Problem::FirewallGroupInUse {
                name: "web".into(),
                servers: vec!["web-1".into()],
                others: 2,
            },
            Problem::FirewallGroupInChange { name: "web".into() },
            Problem::FirewallRuleNotFound { pos: 3 },
            Problem::FirewallNameInUse {
                name: "web".into(),
                places: vec![
                    NamedIn::Group("fronts".into()),
                    NamedIn::IpSet("admins".into()),
                    NamedIn::Firewall("lab".into()),
                ],
            },
            Problem::IpSetChangedInPart { name: "web".into() },
            Problem::FirewallChanged,
            Problem::ClusterFirewallOff {
                cluster: "lab".into(),
            },
        ] {
            for lang in [Lang::Ko, Lang::En] {
                assert!(!problem.text(lang).is_empty(), "{}", problem.name());
            }
            assert_ne!(problem.text(Lang::Ko), problem.text(Lang::En));
        }
    }

    #[test]
    fn servers_that_may_not_be_named_are_counted() {
        let problem = |others| Problem::FirewallGroupInUse {
            name: "web".into(),
            servers: vec!["web-1".into(), "web-2".into()],
            others,
        };
        assert_eq!(
            problem(0).text(Lang::En),
            "The firewall group web is in use by web-1, web-2."
        );
        assert_eq!(
            problem(3).text(Lang::En),
            "The firewall group web is in use by web-1, web-2, 3 more."
        );
    }
}
