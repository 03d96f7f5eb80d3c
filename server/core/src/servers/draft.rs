//! The plan of a new server: everything that can be known before anything is touched.

use drover_types::error::FieldProblems;
use drover_types::guest::GuestRow;
use drover_types::permission::Permission;
use drover_types::server::{CreatePlan, CreateServer, NicSpec};
use drover_types::text::Problem;
use pve_client::{ConfigView, GuestConfig, GuestResource};

use super::candidates::Demand;
use super::disks::{self, DiskPlan};
use super::promised::{Promised, refuse_addresses};
use super::service::{Servers, upstream};
use super::survey::{Survey, is_online};
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
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
        let promised = Promised::lasting(&self.0.db, &cluster.name, &survey).await?;
        name_is_free(request, &survey, &promised, &mut problems);
        self.addresses_are_free(cluster, request, &survey, &promised, &mut problems);
        let vmid = next_vmid(cluster, &survey, &promised).await?;
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

    /// Addresses are taken by what other tasks have reserved, and by what the inventory knows of guests.
    fn addresses_are_free(
        &self,
        cluster: &Cluster,
        request: &CreateServer,
        survey: &Survey,
        promised: &Promised,
        problems: &mut FieldProblems,
    ) {
        let mut taken = promised.addresses();
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
        refuse_addresses(request, &taken, problems);
    }
}

fn name_is_free(request: &CreateServer, survey: &Survey, promised: &Promised, problems: &mut FieldProblems) {
    let same = |name: &str| name.eq_ignore_ascii_case(&request.name);
    let used = survey
        .guests
        .iter()
        .any(|guest| guest.name.as_deref().is_some_and(same));
    if used || promised.has_name(&request.name) {
        let problem = Problem::NameTaken {
            name: request.name.clone(),
        };
        problems.entry("name".to_owned()).or_insert(problem);
    }
}

/// The lowest id that neither a guest nor a task has.
async fn next_vmid(cluster: &Cluster, survey: &Survey, promised: &Promised) -> Result<Option<u32>> {
    let first = cluster.client.next_vmid().await.map_err(upstream(cluster))?;
    let mut used = survey.vmids();
    used.extend(promised.vmids());
    // Proxmox's largest (`pve-vmid` of `PVE::JSONSchema`).
    Ok((first..=999_999_999).find(|vmid| !used.contains(vmid)))
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
        request: Some(CreateServer {
            password: None,
            ..request.clone()
        }),
        with_password: filled(&request.password).is_some(),
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
