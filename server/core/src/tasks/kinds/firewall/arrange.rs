//! Brings a guest's list to the groups that it should have: read it, make one change with its digest, read it again.
//! A change that was cut off is settled by reading, so that all of it may be done again after the process was killed.

use drover_types::text::{Problem, Progress};
use pve_client::{FirewallOf, FirewallRule, FirewallRuleSpec, GuestKind, RulesOf};

use super::moves::{Arrangement, Move};
use crate::clusters::Cluster;
use crate::tasks::call::Ended;
use crate::tasks::context::StepContext;
use crate::tasks::step::StepError;

/// The one call of the arranging.
const CALL: &str = "rules";
/// How many changes there are at most for a group that a guest should have: adding, ordering, placing, switching on.
const PER_GROUP: usize = 4;
/// How many changes there are beyond those and one for each rule before something undoes them all the time.
const SPARE: usize = 32;
/// How often somebody else's change may come between.
const STALE: u32 = 10;

/// Fails where one of the groups is not there: Proxmox takes references to what it does not have.
pub(in crate::tasks::kinds) async fn check_groups(
    cx: &StepContext,
    cluster: &Cluster,
    groups: &[String],
) -> Result<(), StepError> {
    if groups.is_empty() {
        return Ok(());
    }
    let known = cx.ask_for(cluster, || cluster.client.firewall_groups()).await?;
    match groups
        .iter()
        .find(|name| !known.iter().any(|group| group.group == **name))
    {
        Some(name) => Err(StepError::failed(Problem::FirewallGroupNotFound {
            name: name.clone(),
        })),
        None => Ok(()),
    }
}

/// Makes changes until the guest's list is as `arrangement` has it. Gives the list as it was read at the end.
pub(in crate::tasks::kinds) async fn arrange(
    cx: &mut StepContext,
    cluster: &Cluster,
    (kind, node, vmid): (GuestKind, &str, u32),
    arrangement: &Arrangement,
) -> Result<Vec<FirewallRule>, StepError> {
    let client = &cluster.client;
    let of = RulesOf::Firewall(FirewallOf::Guest { kind, node, vmid });
    let (mut changes, mut stale, mut most) = (0, 0, None);
    let mut ended = cx.settle(cluster, CALL).await?;
    loop {
        match ended.take() {
            // It may still arrive: what it does then has to be seen.
            Some(Ended::Unanswered(_)) => cx.pause(cx.settings().late_call).await?,
            // A rule that was there is not: somebody else was faster too.
            Some(Ended::Refused(error))
                if (error.is_stale_digest() || error.is_not_found()) && stale < STALE =>
            {
                stale += 1;
                cx.pause(cx.settings().proxmox_poll).await?;
            }
            Some(Ended::Refused(error)) => return Err(StepError::proxmox(&cluster.name, &error)),
            _ => {}
        }
        let rules = cx.ask_for(cluster, || client.firewall_rules(of)).await?;
        let Some(next) = arrangement.next(&rules) else {
            return Ok(rules);
        };
        changes += 1;
        let most = *most.get_or_insert(rules.len() + PER_GROUP * arrangement.wanted.len() + SPARE);
        if changes > most {
            return Err(StepError::failed(Problem::ReadBackDiffers {
                field: "firewall_groups".to_owned(),
            }));
        }
        cx.log(said(&next)).await?;
        let digest = rules.iter().find_map(|rule| rule.digest.as_deref());
        let sent = cx.change(cluster, CALL, || async {
            match &next {
                Move::Add(name) => {
                    let off = FirewallRuleSpec {
                        enable: false,
                        ..FirewallRuleSpec::group(name)
                    };
                    client.add_firewall_rule(of, &off).await
                }
                Move::Enable(pos, spec) => client.change_firewall_rule(of, *pos, spec, digest).await,
                Move::Put { pos, to } => client.move_firewall_rule(of, *pos, *to, digest).await,
                Move::Remove { pos, .. } => client.delete_firewall_rule(of, *pos, digest).await,
            }
            .map(|()| None)
        });
        ended = Some(sent.await?);
    }
}

fn said(next: &Move) -> Progress {
    match next {
        Move::Add(group) => Progress::AddingFirewallGroup { group: group.clone() },
        Move::Enable(_, spec) => Progress::AddingFirewallGroup {
            group: spec.group_name().unwrap_or_default().to_owned(),
        },
        Move::Put { .. } => Progress::OrderingFirewallGroups,
        Move::Remove { group, .. } => Progress::RemovingFirewallGroup { group: group.clone() },
    }
}
