//! Where a server is reached and as whom, and the way there: its port answers, its keys are those of the first contact,
//! and Drover is let in.

use std::net::IpAddr;
use std::time::Duration;

use drover_types::guest::GuestKind;
use drover_types::role::ConnectionChange;
use drover_types::text::{Problem, Progress};
use pve_client::GuestConfig;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::runner::{Runner, Subject};
use crate::ansible::{Contact, HostKeys, KeyPair, RunFolder, ScanError, SignInError, scan, sign_in};
use crate::store::server_connections::{self, ConnectionRecord};
use crate::store::tasks::{decode, encode};
use crate::store::{Db, reservations};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::step::StepError;

/// The port of SSH.
pub(crate) const SSH_PORT: u16 = 22;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_secs(2);

impl Runner {
    /// Signs in for the first time in a run, and tells how that is done.
    pub(super) async fn sign_in(
        &self,
        cx: &StepContext,
        subject: &Subject,
        key: &KeyPair,
    ) -> Result<(Contact, RunFolder), StepError> {
        // A new server may still be making its user.
        let patience = if subject.is_new {
            cx.settings().answer_limit
        } else {
            cx.settings().sign_in_limit
        };
        let until = Instant::now() + patience;
        let record = on_record(cx.db(), subject).await?;
        let address = self.address(cx, subject, &record.set, until).await?;
        let user = user(cx.db(), subject, &record.set).await?;
        let port = record.set.port.unwrap_or(SSH_PORT);
        cx.log(Progress::SigningIn {
            user: user.clone(),
            address: address.clone(),
            port,
        })
        .await?;
        wait_for_port(cx, (&address, port), until).await?;
        let mut host_keys = HostKeys::read(&record.host_keys);
        if host_keys.is_empty() {
            host_keys = cx
                .unless_stopped(scan(&address, port))
                .await?
                .map_err(|error| not_scanned(&address, port, error))?;
            host_keys = pin(cx, subject, host_keys).await?;
        }
        let contact = Contact {
            alias: alias(subject),
            address,
            port,
            user,
            host_keys,
        };
        let folder = self.ansible.run_folder(&contact, key)?;
        loop {
            let Err(error) = cx.unless_stopped(sign_in(&contact, &folder)).await? else {
                return Ok((contact, folder));
            };
            let is_passing = match error {
                SignInError::Unreachable(_) => true,
                SignInError::Refused(_) => subject.is_new,
                SignInError::OtherKey | SignInError::Tool(_) => false,
            };
            if !is_passing || Instant::now() >= until {
                return Err(refused(cx, subject, &contact, error).await?);
            }
            cx.pause(PAUSE).await?;
        }
    }

    /// What was set by hand, else what the configuration gives it, else what its agent tells, once it does.
    async fn address(
        &self,
        cx: &StepContext,
        subject: &Subject,
        set: &ConnectionChange,
        until: Instant,
    ) -> Result<String, StepError> {
        if let Some(address) = &set.address {
            return Ok(address.clone());
        }
        if let Some(address) = configured(&subject.config) {
            return Ok(address.to_string());
        }
        let tells = subject.kind == GuestKind::Qemu && subject.config.agent_enabled();
        let has_time = || Instant::now() < until;
        while tells && has_time() {
            let client = &self.cluster.client;
            let asked = client.agent_interfaces(&subject.node, subject.guest.vmid);
            let told = cx.unless_stopped(asked).await?.unwrap_or_default();
            let all = told.iter().flat_map(|one| &one.addresses);
            let mut all = all.filter_map(|one| one.address.parse().ok());
            if let Some(address) = all.find(|address| leads_here(*address)) {
                return Ok(address.to_string());
            }
            cx.pause(PAUSE).await?;
        }
        Err(StepError::failed(Problem::NoAddress {
            server: subject.name.clone(),
        }))
    }
}

/// What is on record of the way to a server; nothing where that is of another one, which had the id before.
async fn on_record(db: &Db, subject: &Subject) -> Result<ConnectionRecord, StepError> {
    let Some(record) = server_connections::of(db, &subject.guest).await? else {
        return Ok(ConnectionRecord::default());
    };
    let known: Identity = decode("what a guest is known by", &record.identity)?;
    if !known.was_replaced_by(&subject.config) {
        return Ok(record);
    }
    let mut tx = db.begin().await?;
    server_connections::forget(&mut tx, &subject.guest).await?;
    tx.commit().await?;
    Ok(ConnectionRecord::default())
}

/// The first address that the configuration gives a guest and that leads somewhere, IPv4 before IPv6.
pub(crate) fn configured(config: &GuestConfig) -> Option<IpAddr> {
    let all = config.fixed_addresses().into_iter();
    all.filter(|address| leads_here(*address))
        .min_by_key(IpAddr::is_ipv6)
}

/// Whether an address can be reached from elsewhere.
fn leads_here(address: IpAddr) -> bool {
    let is_local = match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !address.is_loopback() && !is_local && !address.is_unspecified()
}

/// Who was set by hand, else whom cloud-init makes, else whom the system's image has.
async fn user(db: &Db, subject: &Subject, set: &ConnectionChange) -> Result<String, StepError> {
    let os_type = reservations::at(db, &subject.guest).await?.map(|one| one.os_type);
    known_user(subject.kind, &subject.config, os_type.as_deref(), set).ok_or_else(|| {
        StepError::failed(Problem::NoUser {
            server: subject.name.clone(),
        })
    })
}

/// The user by which Drover signs in, where that is known. The users of images are those of the distributions' own
/// cloud images (`system_info.default_user` of their `cloud.cfg`).
pub(crate) fn known_user(
    kind: GuestKind,
    config: &GuestConfig,
    os_type: Option<&str>,
    set: &ConnectionChange,
) -> Option<String> {
    let by_hand = set.user.as_deref();
    let by_cloud_init = || config.get("ciuser").filter(|user| !user.is_empty());
    let by_system = || match (kind, os_type) {
        (GuestKind::Lxc, _) => Some("root"),
        (_, Some(system @ ("ubuntu" | "debian" | "rocky" | "centos"))) => Some(system),
        _ => None,
    };
    by_hand
        .or_else(by_cloud_init)
        .or_else(by_system)
        .map(str::to_owned)
}

/// What the host's keys stand under.
fn alias(subject: &Subject) -> String {
    let cluster = subject.guest.cluster.chars();
    let cluster: String = cluster
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("{cluster}-{}", subject.guest.vmid)
}

async fn wait_for_port(cx: &StepContext, at: (&str, u16), until: Instant) -> Result<(), StepError> {
    loop {
        let connect = tokio::time::timeout(CONNECT, TcpStream::connect(at));
        let cause = match cx.unless_stopped(connect).await? {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => None,
        };
        if Instant::now() >= until {
            return Err(StepError::Failed {
                problem: Problem::SshUnreachable {
                    address: at.0.to_owned(),
                    port: at.1,
                },
                cause,
            });
        }
        cx.pause(PAUSE).await?;
    }
}

/// Remembers the keys of the first contact; gives those that are known, where somebody else was faster.
async fn pin(cx: &StepContext, subject: &Subject, keys: HostKeys) -> Result<HostKeys, StepError> {
    let identity = encode(&subject.identity)?;
    let mut write = cx.write().await?;
    let (guest, text) = (&subject.guest, keys.text());
    let is_first = server_connections::pin(&mut write.tx, guest, &identity, &text, cx.now()).await?;
    write.commit().await?;
    if !is_first {
        let known = server_connections::of(cx.db(), guest).await?.unwrap_or_default();
        return Ok(HostKeys::read(&known.host_keys));
    }
    let fingerprint = keys.fingerprints().join(", ");
    cx.log(Progress::PinnedHostKey { fingerprint }).await?;
    Ok(keys)
}

fn not_scanned(address: &str, port: u16, error: ScanError) -> StepError {
    match error {
        ScanError::Silent => StepError::failed(Problem::SshUnreachable {
            address: address.to_owned(),
            port,
        }),
        ScanError::Tool(error) => StepError::Failed {
            problem: Problem::Internal,
            cause: Some(format!("ssh-keyscan: {error}")),
        },
    }
}

/// What is said of not being let in.
async fn refused(
    cx: &StepContext,
    subject: &Subject,
    contact: &Contact,
    error: SignInError,
) -> Result<StepError, StepError> {
    let address = contact.address.clone();
    let (problem, cause) = match error {
        SignInError::OtherKey => {
            let found = cx.unless_stopped(scan(&address, contact.port)).await?;
            let problem = Problem::HostKeyChanged {
                server: subject.name.clone(),
                known: contact.host_keys.fingerprints().join(", "),
                found: found
                    .map(|keys| keys.fingerprints().join(", "))
                    .unwrap_or_default(),
            };
            (problem, None)
        }
        SignInError::Refused(said) => {
            let user = contact.user.clone();
            (Problem::SshRefused { user, address }, Some(said))
        }
        SignInError::Unreachable(said) => {
            let port = contact.port;
            (Problem::SshUnreachable { address, port }, Some(said))
        }
        SignInError::Tool(error) => (Problem::Internal, Some(format!("ssh: {error}"))),
    };
    let cause = cause.filter(|said| !said.is_empty());
    Ok(StepError::Failed { problem, cause })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(json: serde_json::Value) -> GuestConfig {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_address_is_the_first_that_leads_somewhere() {
        for (json, expected) in [
            (
                json!({"ipconfig0": "ip=dhcp", "ipconfig1": "ip=10.0.0.5/24,gw=10.0.0.1"}),
                Some("10.0.0.5"),
            ),
            (json!({"ipconfig0": "ip6=fd00::5/64"}), Some("fd00::5")),
            (
                json!({"ipconfig0": "ip6=fd00::5/64", "ipconfig1": "ip=10.0.0.5/24"}),
                Some("10.0.0.5"),
            ),
            (json!({"ipconfig0": "ip=169.254.1.1/16,ip6=auto"}), None),
            (
                json!({"net0": "name=eth0,bridge=vmbr0,ip=10.0.0.7/24,gw=10.0.0.1"}),
                Some("10.0.0.7"),
            ),
            (json!({}), None),
        ] {
            let found = configured(&config(json.clone())).map(|address| address.to_string());
            assert_eq!(found.as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn the_user_is_whom_somebody_named_or_cloud_init_or_the_image_makes() {
        let set = |user: Option<&str>| ConnectionChange {
            user: user.map(str::to_owned),
            ..ConnectionChange::default()
        };
        let (ops, bare) = (config(json!({"ciuser": "ops"})), config(json!({})));
        for (kind, config, os_type, by_hand, expected) in [
            (GuestKind::Qemu, &ops, Some("debian"), Some("me"), Some("me")),
            (GuestKind::Qemu, &ops, Some("debian"), None, Some("ops")),
            (GuestKind::Qemu, &bare, Some("debian"), None, Some("debian")),
            (GuestKind::Qemu, &bare, Some("plan9"), None, None),
            (GuestKind::Lxc, &bare, None, None, Some("root")),
        ] {
            let found = known_user(kind, config, os_type, &set(by_hand));
            assert_eq!(found.as_deref(), expected);
        }
    }
}
