//! Which steps a task has, by its kind.

use drover_types::task::{StepName, TaskKind};

use super::backup::{self, BackUpInput, BackUpServer, DeleteBackups, DeleteInput, NewGuestInput, OverInput};
use super::change_disks::{ChangeDisks, DisksInput};
use super::create_server::{self, CreateInput};
use super::firewall::{Assign, FirewallInput};
use super::power::{Power, PowerInput};
use super::purge_disks::{Purge, PurgeInput};
use super::remove_server::{self, RemoveInput};
use super::roles::{RolesInput, RunRoles, Runner};
use super::self_test::{Probe, SelfTest};
use crate::ansible::Ansible;
use crate::backups::Catalog;
use crate::clusters::{Cluster, Clusters};
use crate::error::{Error, Result};
use crate::roles::SshKey;
use crate::store::tasks::decode;
use crate::tasks::step::{Kinds, Step};
use crate::vault::Vault;

/// What tasks work on.
#[derive(Clone)]
pub struct Resources {
    /// The clusters.
    pub clusters: Clusters,
    /// Opens what a task keeps sealed.
    pub vault: Vault,
    /// What is known of backups, which tasks make and delete.
    pub catalog: Catalog,
    /// Runs roles.
    pub ansible: Ansible,
    /// Signs in to servers.
    pub key: SshKey,
}

/// The kinds that Drover has.
pub(crate) struct Standard {
    resources: Resources,
}

impl Standard {
    pub(crate) const fn new(resources: Resources) -> Self {
        Self { resources }
    }

    fn cluster(&self, name: &str) -> Result<Cluster> {
        let cluster = self.resources.clusters.get(name).cloned();
        cluster.ok_or_else(|| Error::Internal(format!("the cluster {name:?} is not configured any more")))
    }

    fn runner(&self, cluster: Cluster) -> Runner {
        Runner {
            cluster,
            ansible: self.resources.ansible.clone(),
            vault: self.resources.vault.clone(),
            key: self.resources.key.clone(),
        }
    }

    fn power(&self, step: StepName, input: &str) -> Result<Vec<Box<dyn Step>>> {
        let input: PowerInput = decode("an action on a guest", input)?;
        let cluster = self.cluster(&input.guest.cluster)?;
        Ok(vec![Box::new(Power { step, cluster, input })])
    }
}

impl Kinds for Standard {
    fn steps(&self, kind: TaskKind, input: &str) -> Result<Vec<Box<dyn Step>>> {
        match kind {
            TaskKind::CreateServer => {
                let input: CreateInput = decode("a server to be made", input)?;
                let cluster = self.cluster(&input.cluster)?;
                let vault = self.resources.vault.clone();
                Ok(create_server::steps(
                    self.runner(cluster.clone()),
                    cluster,
                    vault,
                    input,
                ))
            }
            // Its children do everything.
            TaskKind::CreateServers
            | TaskKind::ActOnServers
            | TaskKind::AssignFirewalls
            | TaskKind::BackUpServers
            | TaskKind::AssignRoles
            | TaskKind::CheckRoles => Ok(Vec::new()),
            TaskKind::StartServer => self.power(StepName::Start, input),
            TaskKind::StopServer => self.power(StepName::Stop, input),
            TaskKind::ShutdownServer => self.power(StepName::Shutdown, input),
            TaskKind::RebootServer => self.power(StepName::Reboot, input),
            TaskKind::ResetServer => self.power(StepName::Reset, input),
            TaskKind::SuspendServer => self.power(StepName::Suspend, input),
            TaskKind::HibernateServer => self.power(StepName::Hibernate, input),
            TaskKind::ResumeServer => self.power(StepName::Resume, input),
            TaskKind::DeleteServer | TaskKind::CleanUpServer => {
                let input: RemoveInput = decode("a server to be removed", input)?;
                Ok(remove_server::steps(self.cluster(&input.guest.cluster)?, input))
            }
            TaskKind::ApplyConfiguration => {
                // What waits for a start is taken over by one only: a restart from inside is none.
                let steps = [StepName::Shutdown, StepName::Start];
                let each = steps.into_iter().map(|step| self.power(step, input));
                Ok(each.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
            }
            TaskKind::ChangeDisks => {
                let input: DisksInput = decode("a change to disks", input)?;
                let cluster = self.cluster(&input.guest.cluster)?;
                Ok(vec![Box::new(ChangeDisks { cluster, input })])
            }
            TaskKind::AssignFirewall | TaskKind::RemoveFirewall => {
                let input: FirewallInput = decode("firewall groups to be assigned", input)?;
                let cluster = self.cluster(&input.guest.cluster)?;
                Ok(vec![Box::new(Assign { cluster, input })])
            }
            TaskKind::BackUpServer => {
                let input: BackUpInput = decode("a server to be backed up", input)?;
                let cluster = self.cluster(&input.guest.cluster)?;
                let catalog = self.resources.catalog.clone();
                Ok(vec![Box::new(BackUpServer {
                    cluster,
                    catalog,
                    input,
                })])
            }
            TaskKind::RestoreServer => {
                let input: OverInput = decode("a server to be restored", input)?;
                let cluster = self.cluster(&input.guest.cluster)?;
                Ok(backup::over(cluster, self.resources.catalog.clone(), input))
            }
            TaskKind::RestoreNewServer => {
                let input: NewGuestInput = decode("a server to be made from a backup", input)?;
                Ok(backup::new_guest(self.cluster(&input.cluster)?, input))
            }
            TaskKind::DeleteBackups => {
                let input: DeleteInput = decode("backups to be deleted", input)?;
                let cluster = self.cluster(&input.guest.cluster)?;
                let catalog = self.resources.catalog.clone();
                Ok(vec![Box::new(DeleteBackups {
                    cluster,
                    catalog,
                    input,
                })])
            }
            TaskKind::AssignRole | TaskKind::CheckRole | TaskKind::RemoveRole => {
                let input: RolesInput = decode("roles of a server", input)?;
                let runner = self.runner(self.cluster(&input.guest.cluster)?);
                Ok(vec![Box::new(RunRoles { runner, input })])
            }
            TaskKind::PurgeDisks => {
                let input: PurgeInput = decode("disks to be deleted", input)?;
                let cluster = self.cluster(&input.guest.cluster)?;
                let clusters = self.resources.clusters.clone();
                Ok(vec![Box::new(Purge {
                    cluster,
                    clusters,
                    input,
                })])
            }
            TaskKind::SelfTest => {
                let test: SelfTest = decode("a self-test", input)?;
                Ok(vec![Box::new(Probe(test))])
            }
        }
    }
}
