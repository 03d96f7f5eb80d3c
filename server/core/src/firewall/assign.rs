//! Which groups a server gets: always by a task, one for each server.

use std::collections::BTreeMap;
use std::time::Duration;

use drover_types::firewall::{AssignedGroups, Assignment, GroupId};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::{GuestId, TaskId};
use drover_types::many::{ManyActed, RejectedServer};
use drover_types::permission::Permission;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use futures::stream::{self, StreamExt};
use pve_client::{FirewallOf, RulesOf};

use super::conflict;
use super::service::{Firewall, not_found};
use super::usage::User;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::servers::{Able, Many, upstream};
use crate::store::tasks::encode;
use crate::store::{firewall_groups, tasks};
use crate::tasks::{FirewallInput, FirewallWork, Identity, NewTask, Tasks, given};

/// How many guests are asked at once for what a task has to know of them.
const AT_ONCE: usize = 8;
/// For how long a group that is to be deleted may take to be taken off all servers.
const TAKING_OFF: Duration = Duration::from_mins(10);

impl Firewall {
    /// Queues a task that gives a server these groups in place of those that Drover has given it.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for the server or a group; [`Error::Conflict`] where a task is at work
    /// on it; [`Error::Edited`] where the groups on record are not those that were expected; or the cluster's.
    pub async fn assign(&self, ctx: &OpContext, guest: &GuestId, asked: &Assignment) -> Result<TaskRow> {
        let asked = tidied(asked);
        let actor = ctx.require(asked.permission())?;
        let servers = &self.0.servers;
        servers.listed(actor, guest).await?;
        if let Some(task) = tasks::unended_of(&self.0.db, guest).await? {
            return Err(Error::Conflict(Problem::TaskInTheWay { task }));
        }
        let cluster = self.0.clusters.named(Some(&guest.cluster))?;
        self.known(cluster, &asked).await?;
        let row = servers.row(actor, guest).await?;
        let input = self.input(&row, &asked).await?;
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id: Tasks::new_id(),
            kind: kind(&asked),
            input: &input,
            secret: None,
            guest: Some(guest),
            target: &row.name,
            actor,
            uses: &[],
            parent: None,
            retry_of: None,
        };
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        if let Some(expected) = &asked.expected {
            // Behind the task's row: a guest has one task at a time, so that from here on none but this one changes
            // what is on record.
            let now = firewall_groups::of_in(&mut write.tx, guest).await?;
            if now != *expected {
                return Err(conflict::edited(&asked.groups, &now)?);
            }
        }
        write.commit().await?;
        Ok(queued)
    }

    /// As [`Firewall::assign`], for every server that is named. What stands against one leaves it out, with the reason.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`]; [`Error::NotFound`] where none of the servers is known, or no cluster
    /// of theirs has the group; or the cluster's where none can be asked.
    pub async fn assign_many(
        &self,
        ctx: &OpContext,
        names: &[String],
        asked: &Assignment,
    ) -> Result<ManyActed> {
        let asked = tidied(asked);
        let actor = ctx.require(asked.permission())?;
        let (rows, mut rejected) = self.0.servers.chosen(actor, names).await?;
        let able = self.able(rows, &asked, &mut rejected).await?;
        let many = Many {
            parent: TaskKind::AssignFirewalls,
            part: kind(&asked),
            groups: asked.expected.as_deref(),
        };
        self.0.servers.accept_many(actor, many, &able, rejected).await
    }

    /// Those of the rows that can be worked on, with what their tasks have to know.
    async fn able(
        &self,
        rows: Vec<GuestRow>,
        asked: &Assignment,
        rejected: &mut Vec<RejectedServer>,
    ) -> Result<Vec<Able>> {
        // Whether each cluster has the groups.
        let mut clusters: BTreeMap<String, Option<Problem>> = BTreeMap::new();
        let mut silent = None;
        for row in &rows {
            if clusters.contains_key(&row.id.cluster) {
                continue;
            }
            let cluster = self.0.clusters.named(Some(&row.id.cluster))?;
            let problem = match self.known(cluster, asked).await {
                Ok(()) => None,
                Err(Error::NotFound(problem)) => Some(problem),
                Err(error) => {
                    let problem = error.of_cluster();
                    if problem.is_none() {
                        return Err(error);
                    }
                    silent.get_or_insert(error);
                    problem
                }
            };
            clusters.insert(row.id.cluster.clone(), problem);
        }
        if let Some(Some(Problem::FirewallGroupNotFound { name })) = clusters.values().next()
            && clusters
                .values()
                .all(|problem| matches!(problem, Some(Problem::FirewallGroupNotFound { .. })))
        {
            return Err(not_found(&GroupId::new("", name.clone())));
        }
        if clusters.values().all(Option::is_some)
            && let Some(error) = silent
        {
            return Err(error);
        }
        let clusters = &clusters;
        let prepared = stream::iter(rows.into_iter().map(|row| async move {
            if let Some(Some(problem)) = clusters.get(&row.id.cluster) {
                return (row, Err(Error::Conflict(problem.clone())));
            }
            let input = self.input(&row, asked).await;
            (row, input)
        }));
        let prepared: Vec<_> = prepared.buffered(AT_ONCE).collect().await;
        let mut able = Vec::with_capacity(prepared.len());
        for (row, input) in prepared {
            let problem = match input {
                Ok(input) => {
                    able.push(Able {
                        guest: row.id,
                        name: row.name,
                        input: encode(&input)?,
                        uses: Vec::new(),
                    });
                    continue;
                }
                Err(Error::Conflict(problem) | Error::NotFound(problem)) => problem,
                Err(error) => match error.of_cluster() {
                    Some(problem) => problem,
                    None => return Err(error),
                },
            };
            rejected.push(RejectedServer {
                name: row.name,
                problem,
            });
        }
        Ok(able)
    }

    /// Takes a group that is to be deleted off the servers that have it, and waits until that is done.
    pub(super) async fn take_off(
        &self,
        ctx: &OpContext,
        actor: &Actor,
        cluster: &Cluster,
        users: &[User],
        group: &str,
    ) -> Result<TaskId> {
        ctx.signed_in()?;
        let mut able = Vec::with_capacity(users.len());
        for user in users {
            let read = match user.of.kind {
                pve_client::GuestKind::Qemu => {
                    let view = pve_client::ConfigView::Current;
                    cluster
                        .client
                        .qemu_config(&user.of.node, user.of.vmid, view)
                        .await
                }
                pve_client::GuestKind::Lxc => {
                    let view = pve_client::ConfigView::Current;
                    cluster.client.lxc_config(&user.of.node, user.of.vmid, view).await
                }
            };
            let input = FirewallInput {
                guest: user.id.clone(),
                kind: match user.of.kind {
                    pve_client::GuestKind::Qemu => GuestKind::Qemu,
                    pve_client::GuestKind::Lxc => GuestKind::Lxc,
                },
                node: user.of.node.clone(),
                identity: Identity::of(&read.map_err(upstream(cluster))?),
                work: FirewallWork::Without {
                    group: group.to_owned(),
                },
            };
            able.push(Able {
                guest: user.id.clone(),
                name: user.name.clone(),
                input: encode(&input)?,
                uses: Vec::new(),
            });
        }
        let many = Many {
            parent: TaskKind::AssignFirewalls,
            part: TaskKind::RemoveFirewall,
            groups: None,
        };
        let acted = self.0.servers.accept_many(actor, many, &able, Vec::new()).await?;
        if let Some(in_the_way) = acted.rejected.into_iter().next() {
            return Err(Error::Conflict(in_the_way.problem));
        }
        let Some(task) = acted.task else {
            return Err(Error::Internal(
                "no server is left to take a group off".to_owned(),
            ));
        };
        self.0.tasks.settle(task, TAKING_OFF).await?;
        Ok(task)
    }

    async fn input(&self, row: &GuestRow, asked: &Assignment) -> Result<FirewallInput> {
        let config = self.0.servers.config(row).await?;
        // What another guest had been given that had the id before is no obstacle.
        given(&self.0.db, &row.id, &config).await?;
        Ok(FirewallInput {
            guest: row.id.clone(),
            kind: row.kind,
            node: row.node.clone(),
            identity: Identity::of(&config),
            work: work(asked),
        })
    }

    /// The groups that Drover has given each server that the actor reaches.
    ///
    /// # Errors
    /// [`Error::Denied`], or the database's.
    pub async fn assigned(&self, ctx: &OpContext) -> Result<Vec<AssignedGroups>> {
        let actor = ctx.require(Permission::ViewAll)?;
        let all = firewall_groups::all(&self.0.db).await?.into_iter();
        let mut all: Vec<AssignedGroups> = all
            .filter(|(guest, _)| self.0.inventory.guest_of(actor, guest).is_some())
            .map(|(guest, groups)| AssignedGroups { guest, groups })
            .collect();
        all.sort_by(|one, other| one.guest.cmp(&other.guest));
        Ok(all)
    }

    /// The groups that Drover has given one server, for somebody who has found it.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn assigned_to(&self, guest: &GuestId) -> Result<Vec<String>> {
        Ok(firewall_groups::of(&self.0.db, guest).await?)
    }

    /// Those of [`Firewall::assigned_to`] that stand in the server's list this moment and count.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the cluster's.
    pub async fn standing(&self, ctx: &OpContext, guest: &GuestId) -> Result<Vec<String>> {
        let row = self.0.servers.row(ctx.signed_in()?, guest).await?;
        let cluster = self.0.clusters.named(Some(&guest.cluster))?;
        let of = RulesOf::Firewall(FirewallOf::Guest {
            kind: match row.kind {
                GuestKind::Qemu => pve_client::GuestKind::Qemu,
                GuestKind::Lxc => pve_client::GuestKind::Lxc,
            },
            node: &row.node,
            vmid: guest.vmid,
        });
        let rules = cluster.client.firewall_rules(of).await;
        let rules = rules.map_err(upstream(cluster))?;
        let mut ours = firewall_groups::of(&self.0.db, guest).await?;
        ours.retain(|name| {
            rules.iter().any(|rule| {
                rule.spec.group_name() == Some(name) && rule.spec.iface.is_none() && rule.spec.enable
            })
        });
        Ok(ours)
    }
}

/// Each group once, as it is first named.
fn tidied(asked: &Assignment) -> Assignment {
    let mut groups: Vec<String> = Vec::with_capacity(asked.groups.len());
    for group in &asked.groups {
        if !groups.contains(group) {
            groups.push(group.clone());
        }
    }
    Assignment {
        groups,
        ..asked.clone()
    }
}

/// What the task does. What is only taken off leaves the others as they stand, wherever that is.
fn work(asked: &Assignment) -> FirewallWork {
    if let Some(groups) = asked.taken_off() {
        return FirewallWork::TakeOff { groups };
    }
    // To take all groups off is to switch nothing on.
    let is_for_more = !asked.groups.is_empty() || asked.keeps_groups();
    FirewallWork::Replace {
        groups: asked.groups.clone(),
        enable: asked.enable && is_for_more,
        nics: asked.nics && is_for_more,
    }
}

fn kind(asked: &Assignment) -> TaskKind {
    match asked.permission() {
        Permission::RemoveFirewallGroups => TaskKind::RemoveFirewall,
        _ => TaskKind::AssignFirewall,
    }
}
