//! Where a target's name leads: found out once, judged, and then used as it was judged, so that a name that leads
//! elsewhere a moment later changes nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use drover_types::channel::ChannelTrouble;
use reqwest::Url;
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::allow::{Allow, is_within};
use super::failure::Failure;

/// How long a name may take to be looked up.
const LOOK_UP: Duration = Duration::from_secs(5);

/// What is not the internet (IANA's special-purpose address registries), with the addresses that clouds tell their
/// machines their secrets from, which lie within these.
const INNER: &[(&str, u8)] = &[
    ("0.0.0.0", 8),
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.88.99.0", 24),
    ("192.168.0.0", 16),
    ("198.18.0.0", 15),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 3),
    // Unspecified, loopback, and addresses of IPv4 in the old writing.
    ("::", 96),
    ("::ffff:0:0:0", 96),
    ("64:ff9b:1::", 48),
    ("100::", 64),
    // Teredo and other protocols' own, and examples.
    ("2001::", 23),
    ("2001:db8::", 32),
    // 6to4, which leads to any address of IPv4.
    ("2002::", 16),
    ("3fff::", 20),
    ("5f00::", 16),
    ("fc00::", 7),
    ("fe80::", 9),
    ("ff00::", 8),
];

/// The network whose addresses a gateway translates to those of IPv4 that they end with (RFC 6052).
const TRANSLATED: (IpAddr, u8) = (IpAddr::V6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0)), 96);

/// A target, and where it leads.
#[derive(Debug)]
pub(super) struct Target {
    pub url: Url,
    /// The host as a client looks it up, and its addresses; `None` where the host is an address itself.
    pub pinned: Option<(String, Vec<SocketAddr>)>,
}

/// Whether an address is not one of the internet's.
fn is_inner(address: IpAddr) -> bool {
    let address = address.to_canonical();
    if let IpAddr::V6(v6) = address
        && is_within(address, TRANSLATED.0, TRANSLATED.1)
    {
        let [.., a, b, c, d] = v6.octets();
        return is_inner(Ipv4Addr::new(a, b, c, d).into());
    }
    let network = |text: &str| text.parse::<IpAddr>().ok();
    INNER
        .iter()
        .any(|(of, prefix)| network(of).is_none_or(|of| is_within(address, of, *prefix)))
}

/// Looks a target up.
///
/// # Errors
/// Where it is no address of the web, is not known, or leads to an inner address that is not allowed.
pub(super) async fn look_up(url: &str, allow: &Allow) -> Result<Target, Failure> {
    let url = read(url)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or_default();
    let inner = || {
        let host = host.clone();
        Failure::lasting(ChannelTrouble::InnerAddress { host }.into())
    };
    let is_allowed = |address: IpAddr| !is_inner(address) || allow.has_address(address);
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        if !is_allowed(address) {
            return Err(inner());
        }
        return Ok(Target { url, pinned: None });
    }
    let unknown = |words: String| {
        let host = host.clone();
        Failure::passing(ChannelTrouble::UnknownHost { host }.into()).saying(words)
    };
    let found = match timeout(LOOK_UP, lookup_host((host.as_str(), port))).await {
        Ok(Ok(found)) => found.collect::<Vec<SocketAddr>>(),
        Ok(Err(error)) => return Err(unknown(error.to_string())),
        Err(_) => return Err(unknown(String::new())),
    };
    if found.is_empty() {
        return Err(unknown(String::new()));
    }
    // One inner address among several would be reached by chance, so all of them have to be fit.
    if !allow.has_host(&host) && !found.iter().all(|address| is_allowed(address.ip())) {
        return Err(inner());
    }
    Ok(Target {
        url,
        pinned: Some((host, found)),
    })
}

/// Reads an address of the web.
///
/// # Errors
/// Where it is none.
pub(super) fn read(url: &str) -> Result<Url, Failure> {
    let is_fit = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
    };
    Url::parse(url)
        .ok()
        .filter(is_fit)
        .ok_or_else(|| Failure::lasting(ChannelTrouble::InvalidUrl.into()))
}

#[cfg(test)]
mod tests {
    use drover_types::text::Problem;

    use super::*;

    async fn verdict(url: &str, allow: &Allow) -> Option<Problem> {
        look_up(url, allow).await.err().map(|failure| failure.problem)
    }

    #[tokio::test]
    async fn inner_addresses_are_refused_however_they_are_written() {
        let none = Allow::default();
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0",
            "2130706433",
            "0x7f.1",
            "017700000001",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::127.0.0.1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2001:0:1::1]",
            "[fd00:ec2::254]",
            "[fc00::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "localhost",
            "LOCALHOST",
        ] {
            let found = verdict(&format!("http://{host}:8080/x"), &none).await;
            let is_refused = matches!(
                found,
                Some(Problem::Channel {
                    trouble: ChannelTrouble::InnerAddress { .. }
                })
            );
            assert!(is_refused, "{host}: {found:?}");
        }
        for host in [
            "192.0.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "8.8.8.8",
            "[2606:4700::1]",
            "[64:ff9b::8.8.8.8]",
        ] {
            assert_eq!(verdict(&format!("https://{host}/"), &none).await, None, "{host}");
        }
        for url in [
            "file:///etc/passwd",
            "gopher://8.8.8.8/",
            "https://user@8.8.8.8/",
            "8.8.8.8",
        ] {
            let found = verdict(url, &none).await;
            assert_eq!(found, Some(ChannelTrouble::InvalidUrl.into()), "{url}");
        }
    }

    #[tokio::test]
    async fn what_is_allowed_by_name_or_network_is_reached_and_its_address_is_pinned() {
        let by_name = Allow::parse(["localhost"]).unwrap();
        let target = look_up("http://localhost:8080/", &by_name).await.unwrap();
        let (host, addresses) = target.pinned.unwrap();
        assert_eq!(host, "localhost");
        assert!(
            addresses
                .iter()
                .all(|at| at.ip().is_loopback() && at.port() == 8080)
        );
        assert!(verdict("http://127.0.0.1/", &by_name).await.is_some());
        let by_network = Allow::parse(["127.0.0.0/8", "::1"]).unwrap();
        for host in ["localhost", "127.0.0.2", "[::1]", "[::ffff:127.0.0.1]"] {
            assert_eq!(
                verdict(&format!("http://{host}/"), &by_network).await,
                None,
                "{host}"
            );
        }
        assert!(verdict("http://10.0.0.1/", &by_network).await.is_some());
    }
}
