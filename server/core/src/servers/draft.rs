//! The plan of a new server: everything that can be known before anything is touched.

use drover_types::error::FieldProblems;
use drover_types::guest::GuestRow;
use drover_types::permission::Permission;
use drover_types::server::{CreatePlan, CreateServer, NicSpec};
use drover_types::text::Problem;
use pve_client::{ConfigView, GuestConfig, GuestResource};

use super::candidates::Demand;
use super::disks::{self, DiskPlan};
use super::service::{Servers, upstream};
use super::survey::{Survey, is_online};
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::store::reservations;
use crate::tasks::CreateInput;

/// A plan with what a task needs to carry it out.
pub(super) struct Draft {
    pub plan: CreatePlan,
    /// `None` where something is in the way.
    pub input: Option<CreateInput>,
    /// The ids in use when it was made.
    pub vmids: Vec<u32>,
}

impl Servers {
    /// What would be made, where, and what is in the way. Touches nothing.
    ///
    /// # Errors
    /// Where the actor may not make servers, or the cluster does not answer. What is wrong with the input is
    /// part of the plan.
    pub async fn plan(&self, ctx: &OpContext, request: &CreateServer) -> Result<CreatePlan> {
        ctx.require(Permission::CreateServer)?;
        Ok(self.draft(request).await?.plan)
    }

    pub(super) async fn draft(&self, request: &CreateServer) -> Result<Draft> {
        let mut problems = request.problems();
        let cluster = match self.cluster(request.cluster.as_deref()) {
            Ok(cluster) => cluster,
            Err(Error::Invalid(unknown)) => {
                problems.extend(unknown);
                return Ok(empty(request, problems));
            }
            Err(error) => return Err(error),
        };
        let survey = Survey::read(cluster).await?;
        self.name_is_free(cluster, request, &survey, &mut problems)
            .await?;
        self.addresses_are_free(cluster, request, &survey, &mut problems)
            .await?;
        let vmid = self.next_vmid(cluster, &survey).await?;
        let template = match self.choose_template(&cluster.name, request, &survey).await? {
            Ok(template) => template,
            Err(problem) => {
                problems.insert("template_vm_id".to_owned(), problem);
                let mut draft = empty(request, problems);
                draft.plan.cluster = cluster.name.to_string();
                draft.plan.vmid = vmid;
                return Ok(draft);
            }
        };
        if !survey.node(&template.node).is_some_and(is_online) {
            let problem = Problem::NodeOffline {
                node: template.node.clone(),
            };
            problems.entry("template_vm_id".to_owned()).or_insert(problem);
            let mut draft = empty(request, problems);
            draft.plan.cluster = cluster.name.to_string();
            draft.plan.template = Some((template.vmid, name_of(template)));
            return Ok(draft);
        }
        let config = cluster
            .client
            .qemu_config(&template.node, template.vmid, ConfigView::Current)
            .await;
        let config = config.map_err(upstream(cluster))?;
        let disks = disks::plan(request, &config, &mut problems);
        let demand = Demand {
            cluster,
            request,
            survey: &survey,
            disks: &disks,
            template: &config,
            template_node: &template.node,
        };
        let node = demand.place(&mut problems).await?;
        let input = problems
            .is_empty()
            .then(|| input(cluster, request, template, &disks));
        let plan = CreatePlan {
            name: request.name.clone(),
            cluster: cluster.name.to_string(),
            node,
            vmid,
            template: Some((template.vmid, name_of(template))),
            cores: request.cores,
            memory_mb: request.memory_mb,
            nics: planned_nics(request, &config),
            disks: disks.disks,
            problems,
        };
        Ok(Draft {
            plan,
            input,
            vmids: survey.vmids(),
        })
    }

    async fn name_is_free(
        &self,
        cluster: &Cluster,
        request: &CreateServer,
        survey: &Survey,
        problems: &mut FieldProblems,
    ) -> Result<()> {
        let same = |name: &str| name.eq_ignore_ascii_case(&request.name);
        let used = survey
            .guests
            .iter()
            .any(|guest| guest.name.as_deref().is_some_and(same));
        let reserved = reservations::all(&self.0.db).await?;
        let promised = reserved
            .iter()
            .any(|one| one.guest.cluster == *cluster.name && same(&one.name) && !is_gone(one, survey));
        if used || promised {
            let problem = Problem::NameTaken {
                name: request.name.clone(),
            };
            problems.entry("name".to_owned()).or_insert(problem);
        }
        Ok(())
    }

    /// Addresses are taken by what other tasks have reserved, and by what the inventory knows of guests.
    async fn addresses_are_free(
        &self,
        cluster: &Cluster,
        request: &CreateServer,
        survey: &Survey,
        problems: &mut FieldProblems,
    ) -> Result<()> {
        if request.nics.iter().all(|nic| nic.address.is_none()) {
            return Ok(());
        }
        let mut taken = reservations::addresses(&self.0.db, &cluster.name).await?;
        let reserved = reservations::all(&self.0.db).await?;
        let gone = |name: &String| {
            reserved
                .iter()
                .any(|one| one.name == *name && is_gone(one, survey))
        };
        taken.retain(|(_, name)| !gone(name));
        let picture = self.0.inventory.snapshot();
        let alive = survey.vmids();
        // The picture may still show what was removed a moment ago; what is being made is among the reserved.
        let there = |row: &&GuestRow| row.id.cluster == *cluster.name && alive.contains(&row.id.vmid);
        for guest in picture.guests.iter().filter(there) {
            taken.extend(
                guest
                    .addresses
                    .iter()
                    .map(|address| (address.clone(), guest.name.clone())),
            );
        }
        for (n, nic) in request.nics.iter().enumerate() {
            let Some(address) = nic.address.map(|address| address.to_string()) else {
                continue;
            };
            if let Some((_, by)) = taken.iter().find(|(other, _)| *other == address) {
                let problem = Problem::AddressTaken {
                    address,
                    by: by.clone(),
                };
                problems
                    .entry(format!("network_devices[{n}].ip_address"))
                    .or_insert(problem);
            }
        }
        Ok(())
    }

    /// The lowest id that neither a guest nor a task has.
    async fn next_vmid(&self, cluster: &Cluster, survey: &Survey) -> Result<Option<u32>> {
        let first = cluster.client.next_vmid().await.map_err(upstream(cluster))?;
        let mut used = survey.vmids();
        let reserved = reservations::all(&self.0.db).await?;
        used.extend(
            reserved
                .iter()
                .filter(|one| one.guest.cluster == *cluster.name && !is_gone(one, survey))
                .map(|one| one.guest.vmid),
        );
        // Proxmox's largest (`pve-vmid` of `PVE::JSONSchema`).
        Ok((first..=999_999_999).find(|vmid| !used.contains(vmid)))
    }
}

/// Whether the guest of a reservation was made and is not there any more.
fn is_gone(one: &reservations::Reservation, survey: &Survey) -> bool {
    one.made && !survey.guests.iter().any(|guest| guest.vmid == one.guest.vmid)
}

fn name_of(template: &GuestResource) -> String {
    template.name.clone().unwrap_or_else(|| template.vmid.to_string())
}

fn input(
    cluster: &Cluster,
    request: &CreateServer,
    template: &GuestResource,
    disks: &DiskPlan,
) -> CreateInput {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    CreateInput {
        cluster: cluster.name.to_string(),
        name: request.name.clone(),
        template: template.vmid,
        template_name: name_of(template),
        template_node: template.node.clone(),
        clone_storage: disks.clone_storage.clone(),
        drive_storage: disks.boot_storage.clone(),
        cores: request.cores,
        memory_mb: request.memory_mb,
        disks: disks.disks.clone(),
        nics: request.nics.clone(),
        username: filled(&request.username),
        ssh_keys: filled(&request.ssh_keys),
        description: filled(&request.description),
        tags: request.tags.clone(),
    }
}

/// The NICs as they will be: those asked for, on the template's bridges where none is named.
fn planned_nics(request: &CreateServer, template: &GuestConfig) -> Vec<NicSpec> {
    let own: Vec<String> = template
        .nics()
        .into_iter()
        .map(|nic| nic.bridge.unwrap_or_default())
        .collect();
    if request.nics.is_empty() {
        return own
            .into_iter()
            .map(|bridge| NicSpec {
                bridge,
                ..NicSpec::default()
            })
            .collect();
    }
    let mut nics = request.nics.clone();
    for (n, nic) in nics
        .iter_mut()
        .enumerate()
        .filter(|(_, nic)| nic.bridge.is_empty())
    {
        nic.bridge = own.get(n).or(own.first()).cloned().unwrap_or_default();
    }
    nics
}

fn empty(request: &CreateServer, problems: FieldProblems) -> Draft {
    Draft {
        plan: CreatePlan {
            name: request.name.clone(),
            cluster: request.cluster.clone().unwrap_or_default(),
            node: None,
            vmid: None,
            template: None,
            cores: request.cores,
            memory_mb: request.memory_mb,
            disks: Vec::new(),
            nics: request.nics.clone(),
            problems,
        },
        input: None,
        vmids: Vec::new(),
    }
}
