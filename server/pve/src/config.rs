//! What a client is built from: addresses, credentials, trust and limits. Checks what can be checked
//! without the network; says what is wrong without repeating a secret.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use crate::error::{Error, Result};

/// Everything a [`Client`](crate::Client) needs. One client serves one cluster.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Addresses of the cluster's nodes, such as `https://pve1.example.org:8006`; the first one is tried first.
    pub endpoints: Vec<String>,
    /// Who asks.
    pub credentials: Credentials,
    /// Which certificates are accepted.
    pub trust: Trust,
    /// Time limits.
    pub timeouts: Timeouts,
    /// How many calls may be under way to one node at once, and as many that concern the whole cluster.
    pub max_concurrent_per_node: usize,
    /// The `User-Agent` header.
    pub user_agent: String,
}

impl ClientConfig {
    /// A configuration with system trust and the usual limits.
    pub fn new(endpoints: Vec<String>, credentials: Credentials) -> Self {
        Self {
            endpoints,
            credentials,
            trust: Trust::System,
            timeouts: Timeouts::default(),
            max_concurrent_per_node: 8,
            user_agent: concat!("pve-client/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Who asks.
#[derive(Clone)]
pub enum Credentials {
    /// An API token; it needs no renewal and no CSRF header.
    Token {
        /// `user@realm!name`.
        id: String,
        /// The token's value.
        secret: SecretString,
    },
    /// A user, who gets tickets.
    Password {
        /// `user@realm`.
        username: String,
        /// The password.
        password: SecretString,
    },
}

impl Credentials {
    /// Reads `user@realm!name=secret`.
    ///
    /// # Errors
    /// [`Error::Config`] where the text has another shape; it doesn't repeat the text.
    pub fn token(text: &str) -> Result<Self> {
        let bad = || Error::Config("an API token has the form user@realm!name=secret".to_owned());
        let (id, secret) = text.trim().split_once('=').ok_or_else(bad)?;
        let (user, name) = id.split_once('!').ok_or_else(bad)?;
        if !is_user(user) || name.is_empty() || secret.is_empty() {
            return Err(bad());
        }
        Ok(Self::Token {
            id: id.to_owned(),
            secret: SecretString::from(secret),
        })
    }

    /// A user with a password.
    ///
    /// # Errors
    /// [`Error::Config`] where the name has no realm.
    pub fn password(username: &str, password: SecretString) -> Result<Self> {
        if !is_user(username) {
            return Err(Error::Config(
                "a user name has the form user@realm, such as root@pam".to_owned(),
            ));
        }
        Ok(Self::Password {
            username: username.to_owned(),
            password,
        })
    }

    /// Whose they are: `user@realm`, or `user@realm!token`.
    pub fn user(&self) -> &str {
        match self {
            Self::Token { id, .. } => id,
            Self::Password { username, .. } => username,
        }
    }
}

fn is_user(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(user, realm)| !user.is_empty() && !realm.is_empty())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { id, .. } => write!(f, "Token({id})"),
            Self::Password { username, .. } => write!(f, "Password({username})"),
        }
    }
}

/// Which certificates are accepted.
#[derive(Debug, Clone)]
pub enum Trust {
    /// Those that the system's certificate authorities vouch for.
    System,
    /// Those that the authorities in this PEM file vouch for, such as a copy of `/etc/pve/pve-root-ca.pem`.
    CaFile(PathBuf),
    /// Those with one of these fingerprints, whoever signed them and whatever name they carry. The nodes of a
    /// cluster have a certificate each.
    Fingerprints(Vec<Fingerprint>),
}

/// The SHA-256 of a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub(crate) [u8; 32]);

impl FromStr for Fingerprint {
    type Err = Error;

    /// Reads 64 hexadecimal digits of any case, with or without colons.
    fn from_str(text: &str) -> Result<Self> {
        let bad = || {
            Error::Config(format!(
                "not a SHA-256 fingerprint (64 hexadecimal digits): {text:?}"
            ))
        };
        let digits: String = text.trim().chars().filter(|&c| c != ':').collect();
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(bad());
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).map_err(|_| bad())?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(|byte| format!("{byte:02X}")).collect();
        f.write_str(&parts.join(":"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// Time limits. All but `connect` span the whole call: waiting for a free place, every try, reading the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, its TLS handshake included.
    pub connect: Duration,
    /// For reading what a node has at hand.
    pub read: Duration,
    /// For reading what a node has to ask a storage for.
    pub slow_read: Duration,
    /// For changes.
    pub write: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(4),
            read: Duration::from_secs(10),
            slow_read: Duration::from_secs(30),
            write: Duration::from_secs(30),
        }
    }
}

/// An endpoint's address, checked: no credentials in it, and `http://` for this very machine only.
pub(crate) fn endpoint(text: &str) -> Result<Url> {
    let bad = |why: &str| Error::Config(format!("the endpoint {text:?} {why}"));
    let mut url = Url::parse(text.trim()).map_err(|error| bad(&format!("is no address: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::Config(
            "an endpoint's address must not carry credentials".to_owned(),
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("must end with its path"));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(bad("would send the credentials in the clear; use https://")),
        _ => return Err(bad("must begin with https://")),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(bad("names no host"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in [
            "http://127.0.0.1:8006",
            "http://localhost:1",
            "http://[::1]:8006",
            "https://pve1:8006/",
        ] {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        for bad in [
            "http://192.0.2.1:8006",
            "http://localhost.example.org",
            "http://pve1",
            "ftp://pve1",
            "pve1:8006",
            "https://root@pve1",
            "https://pve1/?a=b",
            "",
        ] {
            assert!(matches!(endpoint(bad), Err(Error::Config(_))), "{bad}");
        }
    }

    #[test]
    fn tokens_are_read_and_never_shown() {
        let token = Credentials::token("drover@pve!main=0a1b=c").unwrap();
        assert_eq!(format!("{token:?}"), "Token(drover@pve!main)");
        for bad in [
            "",
            "drover@pve!main",
            "drover@pve=abc",
            "drover!main=abc",
            "drover@pve!=abc",
            "drover@pve!main=",
        ] {
            let error = Credentials::token(bad).unwrap_err();
            assert!(!error.to_string().contains("abc"), "{error}");
        }
    }

    #[test]
    fn a_user_needs_a_realm() {
        let user = Credentials::password("root@pam", SecretString::from("hush")).unwrap();
        assert_eq!(format!("{user:?}"), "Password(root@pam)");
        assert!(Credentials::password("root", SecretString::from("hush")).is_err());
    }

    #[test]
    fn fingerprints_with_and_without_colons() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        let read: Fingerprint = plain.parse().unwrap();
        assert_eq!(read, colons.parse().unwrap());
        assert_eq!(read.to_string(), colons);
        assert!("ab".repeat(20).parse::<Fingerprint>().is_err());
        assert!("zz".repeat(32).parse::<Fingerprint>().is_err());
    }
}
