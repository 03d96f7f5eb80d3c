//! SSH: Drover's own key, the keys of hosts, and whether somebody is let in. By the tools of OpenSSH, which Ansible uses
//! too: what they say here holds there.

use std::process::Stdio;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey};
use tokio::process::Command;

use super::run_folder::RunFolder;
use crate::error::{Error, Result};

/// How long a host may take to say something, in seconds.
const PATIENCE: u64 = 10;
/// What the public half says of itself where it stands on a server.
const COMMENT: &str = "drover";

/// The key by which Drover signs in to servers.
#[derive(Debug)]
pub(crate) struct KeyPair {
    /// OpenSSH's own format.
    pub private: SecretString,
    /// A line of `authorized_keys`.
    pub public: String,
}

impl KeyPair {
    /// A new one.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub(crate) fn generate() -> Result<Self> {
        let failed = |error: ssh_key::Error| Error::Internal(format!("no SSH key can be made: {error}"));
        let mut rng = ssh_key::rand_core::OsRng;
        let mut key = PrivateKey::random(&mut rng, Algorithm::Ed25519).map_err(failed)?;
        key.set_comment(COMMENT);
        let private = key.to_openssh(LineEnding::LF).map_err(failed)?;
        Ok(Self {
            private: SecretString::from(private.as_str()),
            public: key.public_key().to_openssh().map_err(failed)?,
        })
    }

    /// The one whose private half is this.
    ///
    /// # Errors
    /// Where it is no key.
    pub(crate) fn read(private: SecretString) -> Result<Self> {
        let failed =
            |error: ssh_key::Error| Error::Internal(format!("Drover's SSH key can't be read: {error}"));
        let key = PrivateKey::from_openssh(private.expose_secret()).map_err(failed)?;
        let public = key.public_key().to_openssh().map_err(failed)?;
        Ok(Self { private, public })
    }
}

/// The keys of a host: lines of type and key, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HostKeys(Vec<String>);

impl HostKeys {
    /// As [`HostKeys::text`] wrote them.
    pub(crate) fn read(text: &str) -> Self {
        Self(text.lines().map(str::to_owned).collect())
    }

    /// What `ssh-keyscan` prints: lines of host, type and key.
    fn scanned(output: &str) -> Self {
        let keys = output.lines().filter(|line| !line.starts_with('#'));
        let mut keys: Vec<String> = keys
            .filter_map(|line| line.split_once(' '))
            .map(|(_, key)| key.trim().to_owned())
            .filter(|key| PublicKey::from_openssh(key).is_ok())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        Self(keys)
    }

    /// One a line.
    pub(crate) fn text(&self) -> String {
        self.0.join("\n")
    }

    /// Whether none is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How people compare keys: SHA-256, as `ssh` shows it, with the type before it.
    pub(crate) fn fingerprints(&self) -> Vec<String> {
        let read = self.0.iter().filter_map(|key| PublicKey::from_openssh(key).ok());
        read.map(|key| format!("{} {}", key.algorithm(), key.fingerprint(HashAlg::Sha256)))
            .collect()
    }

    /// The lines of a `known_hosts` file for a host that is called `alias` there.
    pub(super) fn known_hosts(&self, alias: &str) -> String {
        let lines: Vec<String> = self.0.iter().map(|key| format!("{alias} {key}")).collect();
        lines.join("\n") + "\n"
    }
}

/// Where a server is reached, as whom, and what it is known again by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contact {
    /// What its keys stand under: the same whatever its address is.
    pub alias: String,
    /// The address, or a name.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The user.
    pub user: String,
    /// The keys of the first contact.
    pub host_keys: HostKeys,
}

impl Contact {
    /// The options of `ssh`, beside address, port, user and key.
    pub(super) fn options(&self, folder: &RunFolder) -> Vec<String> {
        let known = folder.known_hosts();
        [
            // Nothing of what the system's own configuration says of hosts.
            "-F".to_owned(),
            "none".to_owned(),
            "-o".to_owned(),
            format!("UserKnownHostsFile={}", known.display()),
            "-oGlobalKnownHostsFile=none".to_owned(),
            "-oStrictHostKeyChecking=yes".to_owned(),
            format!("-oHostKeyAlias={}", self.alias),
            "-oIdentitiesOnly=yes".to_owned(),
            "-oIdentityAgent=none".to_owned(),
            "-oBatchMode=yes".to_owned(),
            format!("-oConnectTimeout={PATIENCE}"),
        ]
        .into()
    }
}

/// Why the keys of a host are not known.
#[derive(Debug)]
pub(crate) enum ScanError {
    /// Nothing answers there, or not as SSH does.
    Silent,
    /// `ssh-keyscan` can't be run.
    Tool(std::io::Error),
}

/// Asks a host for its keys.
pub(crate) async fn scan(address: &str, port: u16) -> Result<HostKeys, ScanError> {
    let output = Command::new("ssh-keyscan")
        .args([
            "-T",
            &PATIENCE.to_string(),
            "-p",
            &port.to_string(),
            "--",
            address,
        ])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(ScanError::Tool)?;
    let keys = HostKeys::scanned(&String::from_utf8_lossy(&output.stdout));
    if keys.is_empty() {
        return Err(ScanError::Silent);
    }
    Ok(keys)
}

/// Why somebody is not let in.
#[derive(Debug)]
pub(crate) enum SignInError {
    /// The host has another key than at the first contact.
    OtherKey,
    /// The host is the right one and refuses.
    Refused(String),
    /// Nothing answers, or not for long enough.
    Unreachable(String),
    /// `ssh` can't be run.
    Tool(std::io::Error),
}

/// Signs in and out again, so that what stands in the way is told apart.
pub(crate) async fn sign_in(contact: &Contact, folder: &RunFolder) -> Result<(), SignInError> {
    let mut command = Command::new("ssh");
    command
        .args(contact.options(folder))
        .arg("-i")
        .arg(folder.key())
        .args([
            "-p",
            &contact.port.to_string(),
            "-l",
            &contact.user,
            "--",
            &contact.address,
            "true",
        ])
        .stdin(Stdio::null())
        .env("LC_ALL", "C")
        .kill_on_drop(true);
    let limit = Duration::from_secs(3 * PATIENCE);
    let output = match tokio::time::timeout(limit, command.output()).await {
        Ok(output) => output.map_err(SignInError::Tool)?,
        Err(_) => return Err(SignInError::Unreachable(String::new())),
    };
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(
        if said.contains("Host key verification failed") || said.contains("IDENTIFICATION HAS CHANGED") {
            SignInError::OtherKey
        } else if output.status.code() == Some(255) && !said.contains("Permission denied") {
            SignInError::Unreachable(said)
        } else {
            SignInError::Refused(said)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_and_read_again() {
        let key = KeyPair::generate().unwrap();
        assert!(key.public.starts_with("ssh-ed25519 AAAA") && key.public.ends_with(" drover"));
        let again = KeyPair::read(key.private.clone()).unwrap();
        assert_eq!(again.public, key.public);
        assert!(!format!("{key:?}").contains("BEGIN"));
        assert!(KeyPair::read("no key".into()).is_err());
    }

    #[test]
    fn keys_of_a_host_are_what_a_scan_shows_without_the_host() {
        let one = KeyPair::generate().unwrap().public.replace(" drover", "");
        let output =
            format!("# 10.0.0.5:22 SSH-2.0\n[10.0.0.5]:2222 {one}\n[10.0.0.5]:2222 {one}\nnonsense\n");
        let keys = HostKeys::scanned(&output);
        assert_eq!(keys.text(), one);
        assert_eq!(HostKeys::read(&keys.text()), keys);
        assert_eq!(keys.known_hosts("lab-100"), format!("lab-100 {one}\n"));
        assert!(keys.fingerprints()[0].starts_with("ssh-ed25519 SHA256:"));
        assert!(HostKeys::read("").is_empty());
    }
}
