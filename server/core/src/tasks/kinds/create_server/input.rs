//! What a server is made from, as the task keeps it. Everything is decided in it but the id, which the
//! reservation holds, because another one may have to be taken.

use std::collections::BTreeSet;

use drover_types::ids::TaskId;
use drover_types::server::{CreateServer, NicSpec, PlannedDisk};
use pve_client::GuestConfig;
use serde::{Deserialize, Serialize};

use crate::tasks::kinds::roles::RoleWork;

/// The purpose for which the password's hash is sealed.
pub(crate) const SECRET: &str = "vm password hash";

/// A server to be made, with every choice made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CreateInput {
    /// The cluster.
    pub cluster: String,
    /// Its name.
    pub name: String,
    /// The template's id.
    pub template: u32,
    /// The template's name.
    pub template_name: String,
    /// The node that the template is on.
    pub template_node: String,
    /// The storage of the clone's disks; `None` for those of the template's.
    pub clone_storage: Option<String>,
    /// The storage of the cloud-init drive, where the template has none.
    pub drive_storage: String,
    /// Virtual cores.
    pub cores: u32,
    /// Memory in MiB.
    pub memory_mb: u64,
    /// What happens to each disk.
    pub disks: Vec<PlannedDisk>,
    /// Its NICs in order; empty for the template's, with DHCP.
    pub nics: Vec<NicSpec>,
    /// The user that cloud-init makes; `None` for the template's.
    pub username: Option<String>,
    /// SSH public keys for that user, one a line.
    pub ssh_keys: Option<String>,
    /// A note shown in Proxmox.
    pub description: Option<String>,
    /// Its tags; empty for the template's.
    pub tags: Vec<String>,
    /// The firewall groups that it has before it starts.
    #[serde(default)]
    pub firewall_groups: Vec<String>,
    /// The roles that are installed once it answers.
    #[serde(default)]
    pub roles: Vec<RoleWork>,
    /// What was asked for, without the password, so that it can be asked for again.
    #[serde(default)]
    pub request: Option<CreateServer>,
    /// Whether a password was asked for.
    #[serde(default)]
    pub with_password: bool,
}

/// What a guest's description carries so that a task knows its own guest again. Proxmox renders descriptions as
/// Markdown, in which this does not show; it stays as the guest's provenance.
pub(crate) fn marker(task: TaskId) -> String {
    format!("<!-- drover task {task} -->")
}

/// The tags of the new guest: those asked for, else the template's without the one that marks templates.
pub(crate) fn tags_to_be(asked: &[String], template: &GuestConfig) -> BTreeSet<String> {
    let own = || template.tags().into_iter().filter(|tag| tag != "template");
    if asked.is_empty() {
        own().collect()
    } else {
        asked.iter().cloned().collect()
    }
}

impl CreateInput {
    /// The description of the new guest.
    pub(super) fn marked_description(&self, task: TaskId) -> String {
        match self
            .description
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            Some(text) => format!("{text}\n\n{}", marker(task)),
            None => marker(task),
        }
    }
}

#[cfg(test)]
impl CreateInput {
    /// A small server, for tests.
    pub(super) fn for_test() -> Self {
        Self {
            cluster: "lab".into(),
            name: "web".into(),
            template: 9000,
            template_name: "debian".into(),
            template_node: "pve1".into(),
            clone_storage: None,
            drive_storage: "ceph".into(),
            cores: 1,
            memory_mb: 512,
            disks: vec![],
            nics: vec![],
            username: None,
            ssh_keys: None,
            description: None,
            tags: vec![],
            firewall_groups: vec![],
            roles: vec![],
            request: None,
            with_password: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_keeps_its_text_and_names_the_task() {
        let task = TaskId(uuid::Uuid::from_u128(7));
        let mut input = CreateInput {
            description: Some("the shop\n".into()),
            ..CreateInput::for_test()
        };
        assert_eq!(
            input.marked_description(task),
            format!("the shop\n\n{}", marker(task))
        );
        input.description = Some("  ".into());
        assert_eq!(input.marked_description(task), marker(task));
    }
}
