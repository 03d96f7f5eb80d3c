//! Switches on what has to be on for a guest to be filtered: its own firewall and that of its NICs. The cluster's
//! switch is never touched here: it would filter every other guest and the nodes too.

use drover_types::text::{Problem, Progress};
use pve_client::{ConfigChange, FirewallOf, GuestConfig, GuestKind, Properties};

use crate::clusters::Cluster;
use crate::tasks::call::Ended;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::converge::{Change, Machine, Missing, converge};
use crate::tasks::step::StepError;

const ENABLE: &str = "enable";
const NICS: &str = "nics";
/// How often the switch is set before what Proxmox has is taken for its last word.
const ROUNDS: u32 = 10;

/// Switches the guest's firewall on, after its rules are there: without any, it would let nothing in.
pub(in crate::tasks::kinds) async fn enable_guest(
    cx: &mut StepContext,
    cluster: &Cluster,
    (kind, node, vmid): (GuestKind, &str, u32),
) -> Result<(), StepError> {
    let of = FirewallOf::Guest { kind, node, vmid };
    let client = &cluster.client;
    let mut ended = cx.settle(cluster, ENABLE).await?;
    for round in 0..=ROUNDS {
        match ended.take() {
            Some(Ended::Unanswered(_)) => cx.pause(cx.settings().late_call).await?,
            Some(Ended::Refused(error)) if !error.is_stale_digest() => {
                return Err(StepError::proxmox(&cluster.name, &error));
            }
            _ => {}
        }
        let options = cx.ask_for(cluster, || client.firewall_options(of)).await?;
        if options.flag("enable") == Some(true) {
            return Ok(());
        }
        if round == 0 {
            cx.log(Progress::EnablingFirewall).await?;
        }
        let mut change = ConfigChange::new().set("enable", 1);
        if let Some(digest) = options.digest() {
            change = change.digest(digest);
        }
        let sent = cx.change(cluster, ENABLE, || async {
            client.change_firewall_options(of, &change).await.map(|()| None)
        });
        ended = Some(sent.await?);
    }
    Err(StepError::failed(Problem::ReadBackDiffers {
        field: "firewall.enable".to_owned(),
    }))
}

/// Sets `firewall=1` on every NIC that has it not.
pub(in crate::tasks::kinds) async fn filter_nics(
    cx: &mut StepContext,
    machine: &Machine<'_>,
) -> Result<(), StepError> {
    let kind = machine.kind;
    converge(cx, machine, NICS, |config, _| {
        let open = unfiltered(config, kind);
        let Some((field, _)) = open.first() else {
            return Ok(None);
        };
        let field = field.clone();
        let nics = u32::try_from(open.len()).unwrap_or(u32::MAX);
        let change = open
            .into_iter()
            .fold(ConfigChange::new(), |change, (key, value)| change.set(key, value));
        Ok(Some(Missing {
            field,
            message: Progress::FilteringNics { nics },
            change: Change::Set(change),
        }))
    })
    .await
}

/// The NICs that are not filtered, each with the value that it should have. What can't be read is left as it is: the
/// card shows it as not filtered.
fn unfiltered(config: &GuestConfig, kind: GuestKind) -> Vec<(String, String)> {
    let is_nic = |key: &str| {
        key.strip_prefix("net")
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let default_key = match kind {
        GuestKind::Qemu => "model",
        GuestKind::Lxc => "",
    };
    let nics = config.values().iter().filter(|(key, _)| is_nic(key));
    nics.filter_map(|(key, value)| {
        let mut nic = Properties::parse(value, default_key).ok()?;
        if nic.flag("firewall") {
            return None;
        }
        nic.set("firewall", 1).ok()?;
        Some((key.clone(), nic.to_string()))
    })
    .collect()
}

/// Says in the log where the cluster's switch is off: then nothing of this counts.
pub(in crate::tasks::kinds) async fn say_what_is_off(
    cx: &StepContext,
    cluster: &Cluster,
) -> Result<(), StepError> {
    let options = cx
        .ask_for(cluster, || cluster.client.firewall_options(FirewallOf::Cluster))
        .await?;
    if options.flag("enable") == Some(true) {
        return Ok(());
    }
    let cluster = cluster.name.to_string();
    let problem = Problem::ClusterFirewallOff { cluster };
    cx.log(Progress::NotFilteredYet { problem }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(json: &str) -> GuestConfig {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nothing_of_a_nic_changes_but_its_flag() {
        let machine = config(
            r#"{"net0":"virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=0,tag=20","net1":"e1000=BC:24:11:00:00:02,bridge=vmbr1,firewall=1",
               "net2":"virtio,bridge=vmbr2","netmask":"x"}"#,
        );
        assert_eq!(
            unfiltered(&machine, GuestKind::Qemu),
            [
                (
                    "net0".into(),
                    "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=20".to_owned()
                ),
                ("net2".into(), "virtio,bridge=vmbr2,firewall=1".to_owned()),
            ]
        );
        let container = config(r#"{"net0":"name=eth0,bridge=vmbr0,ip=dhcp,type=veth"}"#);
        assert_eq!(
            unfiltered(&container, GuestKind::Lxc),
            [(
                "net0".into(),
                "name=eth0,bridge=vmbr0,ip=dhcp,type=veth,firewall=1".to_owned()
            )]
        );
    }
}
