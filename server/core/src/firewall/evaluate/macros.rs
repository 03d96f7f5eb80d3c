//! What Proxmox's macros stand for: facts of `PVE::Firewall` (`$pve_fw_macros`, `$pve_ipv6fw_macros`) and of
//! `macros.json` of proxmox-ve-rs, which has the newest. Its API tells their names alone.

use drover_types::firewall::{Macro, MacroLine};

/// Names, each with its lines: the protocol, the port it goes to and, behind `<`, the port it comes from; behind `=`
/// the type of ICMP.
const MACROS: &[(&str, &str)] = &[
    ("Amanda", "udp 10080; tcp 10080"),
    ("Auth", "tcp 113"),
    ("BGP", "tcp 179"),
    ("BitTorrent", "tcp 6881:6889; udp 6881"),
    ("BitTorrent32", "tcp 6881:6999; udp 6881"),
    ("CVS", "tcp 2401"),
    ("Ceph", "tcp 6789; tcp 3300; tcp 6800:7300"),
    ("Citrix", "tcp 1494; udp 1604; tcp 2598"),
    ("DAAP", "tcp 3689; udp 3689"),
    ("DCC", "tcp 6277"),
    ("DHCPfwd", "udp 67:68 <67:68"),
    ("DHCPv6", "udp 546:547 <546:547"),
    ("DNS", "udp 53; tcp 53"),
    ("Distcc", "tcp 3632"),
    ("FTP", "tcp 21"),
    ("Finger", "tcp 79"),
    ("GNUnet", "tcp 2086; udp 2086; tcp 1080; udp 1080"),
    ("GRE", "47"),
    ("Git", "tcp 9418"),
    ("HKP", "tcp 11371"),
    ("HTTP", "tcp 80"),
    ("HTTP/3", "udp 443"),
    ("HTTPS", "tcp 443"),
    ("ICPV2", "udp 3130"),
    ("ICQ", "tcp 5190"),
    ("IMAP", "tcp 143"),
    ("IMAPS", "tcp 993"),
    ("IPIP", "94"),
    ("IPsec", "udp 500 <500; 50"),
    ("IPsecah", "udp 500 <500; 51"),
    ("IPsecnat", "udp 500; udp 4500; 50"),
    ("IRC", "tcp 6667"),
    ("Jetdirect", "tcp 9100"),
    ("L2TP", "udp 1701"),
    ("LDAP", "tcp 389"),
    ("LDAPS", "tcp 636"),
    ("MDNS", "udp 5353"),
    ("MSNP", "tcp 1863"),
    ("MSSQL", "tcp 1433"),
    ("Mail", "tcp 25; tcp 465; tcp 587"),
    ("Munin", "tcp 4949"),
    ("MySQL", "tcp 3306"),
    ("NNTP", "tcp 119"),
    ("NNTPS", "tcp 563"),
    ("NTP", "udp 123"),
    (
        "NeighborDiscovery",
        "icmpv6 =router-solicitation; icmpv6 =router-advertisement; \
         icmpv6 =neighbor-solicitation; icmpv6 =neighbor-advertisement",
    ),
    ("OSPF", "89"),
    ("OpenVPN", "udp 1194"),
    ("PBS", "tcp 8007"),
    ("PCA", "udp 5632; tcp 5631"),
    ("PMG", "tcp 8006"),
    ("POP3", "tcp 110"),
    ("POP3S", "tcp 995"),
    ("PPtP", "47; tcp 1723"),
    ("Ping", "icmp =echo-request"),
    ("PostgreSQL", "tcp 5432"),
    ("Printer", "tcp 515"),
    ("RDP", "tcp 3389"),
    ("RIP", "udp 520"),
    ("RNDC", "tcp 953"),
    ("Razor", "tcp 2703"),
    ("Rdate", "tcp 37"),
    ("Rsync", "tcp 873"),
    ("SANE", "tcp 6566"),
    (
        "SMB",
        "udp 135,445; udp 137:139; udp 1024:65535 <137; tcp 135,139,445",
    ),
    ("SMBswat", "tcp 901"),
    ("SMTP", "tcp 25"),
    ("SMTPS", "tcp 465"),
    ("SNMP", "udp 161:162; tcp 161"),
    ("SPAMD", "tcp 783"),
    ("SPICEproxy", "tcp 3128"),
    ("SSH", "tcp 22"),
    ("SVN", "tcp 3690"),
    ("SixXS", "tcp 3874; udp 3740; 41; udp 5072,8374"),
    ("Squid", "tcp 3128"),
    ("Submission", "tcp 587"),
    ("Syslog", "udp 514; tcp 514"),
    ("TFTP", "udp 69"),
    ("Telnet", "tcp 23"),
    ("Telnets", "tcp 992"),
    ("Time", "tcp 37"),
    ("Trcrt", "udp 33434:33524; icmp =echo-request"),
    ("VNC", "tcp 5900:5999"),
    ("VNCL", "tcp 5500"),
    ("Web", "tcp 80; tcp 443"),
    ("Webcache", "tcp 8080"),
    ("Webmin", "tcp 10000"),
    ("Whois", "tcp 43"),
];

/// What some stand for where the packet is of IPv6.
const MACROS_V6: &[(&str, &str)] = &[
    ("Ping", "icmpv6 =echo-request"),
    ("Trcrt", "udp 33434:33524; icmpv6 =echo-request"),
];

/// Those that stand for nothing where the packet is of IPv4 (`$pve_fw_macro_ipversion`).
const V6_ONLY: &[&str] = &["DHCPv6", "NeighborDiscovery"];

fn line(text: &str) -> MacroLine {
    let mut words = text.split_ascii_whitespace();
    let mut line = MacroLine {
        protocol: words.next().unwrap_or_default().to_owned(),
        ..MacroLine::default()
    };
    for word in words {
        if let Some(port) = word.strip_prefix('<') {
            port.clone_into(&mut line.source_port);
        } else if let Some(name) = word.strip_prefix('=') {
            name.clone_into(&mut line.icmp_type);
        } else {
            word.clone_into(&mut line.dest_port);
        }
    }
    line
}

fn lines_of(text: &str) -> Vec<MacroLine> {
    text.split(';').map(line).collect()
}

fn find(table: &'static [(&str, &str)], name: &str) -> Option<&'static str> {
    let known = table.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map(|(_, text)| *text)
}

/// What a macro stands for, whatever the case of its name; `None` for one that is not known.
pub(super) fn lines(name: &str, is_ipv6: bool) -> Option<Vec<MacroLine>> {
    let text = find(MACROS, name)?;
    if !is_ipv6 && V6_ONLY.iter().any(|only| only.eq_ignore_ascii_case(name)) {
        return Some(Vec::new());
    }
    let text = find(MACROS_V6, name).filter(|_| is_ipv6).unwrap_or(text);
    Some(lines_of(text))
}

/// Every macro that is known here, without a description: that is Proxmox's to say.
pub fn known() -> Vec<Macro> {
    MACROS
        .iter()
        .map(|(name, text)| Macro {
            name: (*name).to_owned(),
            description: String::new(),
            lines: lines_of(text),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use drover_types::firewall::input::{IcmpType, PortSpec, Protocol};

    use super::*;

    #[test]
    fn each_line_can_be_read() {
        let tables = [MACROS, MACROS_V6];
        for (name, text) in tables.into_iter().flatten() {
            for line in lines_of(text) {
                let protocol: Protocol = line.protocol.parse().unwrap();
                for port in [&line.dest_port, &line.source_port] {
                    assert!(port.is_empty() || port.parse::<PortSpec>().is_ok(), "{name}");
                    assert!(port.is_empty() || protocol.has_ports(), "{name}");
                }
                let icmp = &line.icmp_type;
                assert!(
                    icmp.is_empty() || IcmpType::named(protocol, icmp).is_ok(),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn names_are_unique_whatever_their_case() {
        let mut names: Vec<String> = MACROS.iter().map(|(name, _)| name.to_lowercase()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), MACROS.len());
        assert_eq!(known().len(), 88);
    }

    #[test]
    fn a_macro_depends_on_the_family() {
        assert_eq!(lines("ping", false).unwrap()[0].protocol, "icmp");
        assert_eq!(lines("PING", true).unwrap()[0].protocol, "icmpv6");
        assert_eq!(lines("NeighborDiscovery", false), Some(Vec::new()));
        assert_eq!(lines("NeighborDiscovery", true).unwrap().len(), 4);
        assert_eq!(lines("Nope", true), None);
        let smb = &lines("SMB", false).unwrap()[2];
        assert_eq!(
            (smb.dest_port.as_str(), smb.source_port.as_str()),
            ("1024:65535", "137")
        );
    }
}
