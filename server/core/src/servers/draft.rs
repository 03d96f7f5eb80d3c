//! The plan of a new server: everything that can be known before anything is touched.

use std::collections::BTreeSet;

use drover_types::error::FieldProblems;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::role::Generated;
use drover_types::server::{CreatePlan, CreateServer, NicSpec};
use drover_types::text::Problem;
use pve_client::{GuestConfig, GuestResource};

use super::candidates::Demand;
use super::disks::{self, DiskPlan};
use super::promised::refuse_addresses;
use super::scene::Scene;
use super::service::Servers;
use super::survey::is_online;
use super::template::choose_template;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::roles::works;
use crate::store::task_slots::Use;
use crate::tasks::{CreateInput, RoleWork, tags_to_be};

/// A plan with what a task needs to carry it out.
pub(super) struct Draft {
    pub plan: CreatePlan,
    /// `None` where something is in the way.
    pub input: Option<CreateInput>,
    /// The ids in use when it was made.
    pub vmids: Vec<u32>,
    /// What making it uses of things that only so many tasks may use at once.
    pub uses: Vec<Use>,
    /// Secrets of its roles that were made up.
    pub generated: Vec<Generated>,
}

impl Servers {
    /// What would be made, where, and what is in the way. Touches nothing.
    ///
    /// # Errors
    /// Where the actor may not make servers, or the cluster does not answer. What is wrong with the input is
    /// part of the plan.
    pub async fn plan(&self, ctx: &OpContext, request: &CreateServer) -> Result<CreatePlan> {
        let actor = ctx.require(Permission::CreateServer)?;
        let mut plan = self.draft(actor, request).await?.plan;
        self.conceal(actor, &mut plan.problems);
        Ok(plan)
    }

    /// The draft of one server.
    pub(super) async fn draft(&self, actor: &Actor, request: &CreateServer) -> Result<Draft> {
        match self.cluster(request.cluster.as_deref()) {
            Ok(cluster) => {
                let mut scene = self.scene(cluster).await?;
                self.draft_in(actor, &mut scene, request, FieldProblems::new())
                    .await
            }
            Err(Error::Invalid(unknown)) => Ok(Draft::of_no_cluster(request, unknown)),
            Err(error) => Err(error),
        }
    }

    /// The draft of a server after those that the scene knows of, with what is known to be wrong; where nothing is
    /// in the way, the scene notes what this one takes.
    pub(super) async fn draft_in(
        &self,
        actor: &Actor,
        scene: &mut Scene<'_>,
        request: &CreateServer,
        wrong: FieldProblems,
    ) -> Result<Draft> {
        let mut problems = request.problems();
        for (field, problem) in wrong {
            problems.entry(field).or_insert(problem);
        }
        name_is_free(request, scene, &mut problems);
        refuse_addresses(request, &scene.addresses, &mut problems);
        firewall_is_there(actor, scene, request, &mut problems).await?;
        let (roles, generated) = self.roles_of(actor, request, &mut problems).await?;
        let vmid = scene.vmid();
        let mut draft = empty(request, FieldProblems::new());
        draft.plan.cluster = scene.cluster.name.to_string();
        draft.plan.vmid = vmid;
        let chosen = choose_template(&scene.cluster.defaults, request, &scene.survey);
        let template = match chosen {
            Ok(template) => template,
            Err(problem) => {
                problems.insert("template_vm_id".to_owned(), problem);
                draft.plan.problems = problems;
                return Ok(draft);
            }
        };
        draft.plan.template = Some((template.vmid, name_of(template)));
        if !scene.survey.node(&template.node).is_some_and(is_online) {
            let problem = Problem::NodeOffline {
                node: template.node.clone(),
            };
            problems.entry("template_vm_id".to_owned()).or_insert(problem);
            draft.plan.problems = problems;
            return Ok(draft);
        }
        let config = scene.template(template).await?;
        let disks = disks::plan(request, &config, &mut problems);
        let is_reached_on = |node: &str| is_reached(actor, request, &config, node);
        let demand = Demand {
            scene,
            request,
            disks: &disks,
            template: &config,
            template_node: &template.node,
            is_reached_on: &is_reached_on,
        };
        let node = demand.place(&mut problems).await?;
        if node.as_deref().is_some_and(|node| !is_reached_on(node)) {
            let scope = actor.grants.reach().to_string();
            let problem = Problem::OutsideScope { scope };
            problems.entry("name".to_owned()).or_insert(problem);
        }
        if let (true, Some(node)) = (problems.is_empty(), &node) {
            let key = self.0.key.get().await?;
            draft.generated = generated;
            draft.input = Some(CreateInput {
                ssh_keys: Some(with_key(request, &config, &key.public)),
                request: Some(self.asked_again(request).await?),
                roles,
                ..input(scene.cluster, request, template, &disks)
            });
            draft.uses = uses(scene, template, node, &disks);
        }
        draft.vmids = scene.survey.vmids();
        draft.plan.nics = planned_nics(request, &config);
        draft.plan.disks = disks.disks;
        draft.plan.node = node;
        draft.plan.problems = problems;
        if let (Some(_), Some(node), Some(vmid)) = (&draft.input, &draft.plan.node, vmid) {
            scene.take(vmid, node, request.memory_mb, &draft.plan.disks);
        }
        Ok(draft)
    }
}

impl Draft {
    /// That of a server whose cluster is not known.
    pub(super) fn of_no_cluster(request: &CreateServer, unknown: FieldProblems) -> Self {
        let mut problems = request.problems();
        problems.extend(unknown);
        empty(request, problems)
    }
}

/// What making it uses of things that only so many tasks may use at once.
fn uses(scene: &Scene<'_>, template: &GuestResource, node: &str, disks: &DiskPlan) -> Vec<Use> {
    let cluster = &scene.cluster.name;
    let mut uses = vec![Use::node(cluster, node), Use::template(cluster, template.vmid)];
    let storages: BTreeSet<&String> = disks
        .clone_storages
        .iter()
        .chain(disks.disks.iter().map(|disk| &disk.storage))
        .collect();
    uses.extend(storages.into_iter().map(|storage| {
        let own = (!scene.survey.is_shared(storage)).then_some(node);
        Use::storage(cluster, own, storage)
    }));
    uses
}

/// Whether the actor would reach the server on a node.
fn is_reached(actor: &Actor, request: &CreateServer, template: &GuestConfig, node: &str) -> bool {
    actor.grants.cover(&GuestRow {
        name: request.name.clone(),
        node: node.to_owned(),
        tags: tags_to_be(&request.tags, template).into_iter().collect(),
        ..GuestRow::unknown(GuestId::new(String::new(), 0))
    })
}

fn name_is_free(request: &CreateServer, scene: &Scene<'_>, problems: &mut FieldProblems) {
    let same = |name: &str| name.eq_ignore_ascii_case(&request.name);
    let used = scene
        .survey
        .guests
        .iter()
        .any(|guest| guest.name.as_deref().is_some_and(same));
    if used || scene.promised.has_name(&request.name) {
        let problem = Problem::NameTaken {
            name: request.name.clone(),
        };
        problems.entry("name".to_owned()).or_insert(problem);
    }
}

impl Servers {
    /// What the roles that are asked for come to, and what was made up for them.
    async fn roles_of(
        &self,
        actor: &Actor,
        request: &CreateServer,
        problems: &mut FieldProblems,
    ) -> Result<(Vec<RoleWork>, Vec<Generated>)> {
        const FIELD: &str = "roles";
        if request.roles.is_empty() {
            return Ok(Default::default());
        }
        let permission = Permission::AssignRoles;
        let problem = if actor.grants.allow(permission) {
            match self.0.ansible.playbook() {
                Err(Error::Conflict(problem)) => Some(problem),
                other => other.map(|_| None)?,
            }
        } else {
            Some(Problem::PermissionMissing { permission })
        };
        if let Some(problem) = problem {
            problems.entry(FIELD.to_owned()).or_insert(problem);
            return Ok(Default::default());
        }
        let known = self.0.ansible.catalogue().known().await?;
        works(&known, &self.0.vault, &request.name, &request.roles, problems)
    }

    /// What is kept of a request so that it can be asked for again: no password, and no secret of a role.
    async fn asked_again(&self, request: &CreateServer) -> Result<CreateServer> {
        let mut request = CreateServer {
            password: None,
            ..request.clone()
        };
        let known = self.0.ansible.catalogue().known().await?;
        for asked in &mut request.roles {
            let role = known.roles.get(&asked.role);
            let is_secret = |name: &str| {
                role.and_then(|role| role.info.variable(name))
                    .is_none_or(|variable| variable.secret)
            };
            asked.variables.retain(|name, _| !is_secret(name));
        }
        Ok(request)
    }
}

/// Checks the firewall groups: who may give a server some, and whether the cluster has them.
async fn firewall_is_there(
    actor: &Actor,
    scene: &Scene<'_>,
    request: &CreateServer,
    problems: &mut FieldProblems,
) -> Result<()> {
    const FIELD: &str = "firewall_groups";
    if request.firewall_groups.is_empty() {
        return Ok(());
    }
    let permission = Permission::AssignFirewallGroups;
    if !actor.grants.allow(permission) {
        let problem = Problem::PermissionMissing { permission };
        problems.entry(FIELD.to_owned()).or_insert(problem);
        return Ok(());
    }
    let known = scene.firewall_groups().await?;
    if let Some(name) = request.firewall_groups.iter().find(|name| !known.contains(*name)) {
        let problem = Problem::FirewallGroupNotFound { name: name.clone() };
        problems.entry(FIELD.to_owned()).or_insert(problem);
    }
    Ok(())
}

/// The keys that may sign in: those asked for, else the template's, and Drover's own.
fn with_key(request: &CreateServer, template: &GuestConfig, own: &str) -> String {
    let asked = request.ssh_keys.as_deref().unwrap_or_default().lines();
    let asked = asked.map(str::trim).filter(|line| !line.is_empty());
    let mut keys: Vec<String> = asked.map(str::to_owned).collect();
    if keys.is_empty() {
        keys = template.ssh_keys();
    }
    if !keys.iter().any(|key| key == own) {
        keys.push(own.to_owned());
    }
    keys.join("\n")
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
        ssh_keys: None,
        description: filled(&request.description),
        tags: request.tags.clone(),
        firewall_groups: request.firewall_groups.clone(),
        roles: Vec::new(),
        request: None,
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
            firewall_groups: request.firewall_groups.clone(),
            roles: request.roles.iter().map(|given| given.role.clone()).collect(),
            problems,
        },
        input: None,
        vmids: Vec::new(),
        uses: Vec::new(),
        generated: Vec::new(),
    }
}
