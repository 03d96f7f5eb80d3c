//! Makes a server from a backup: its name, its id and the room for it are checked as those of any new server are, and
//! reserved together with the task.

use std::collections::BTreeMap;

use drover_types::error::FieldProblems;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::storage::IMAGES;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use drover_types::units::GIB;
use pve_client::{GuestConfig, GuestKind};

use super::create::TRIES;
use super::scene::Scene;
use super::service::Servers;
use super::survey::{free_space, is_online};
use crate::context::Actor;
use crate::error::{Error, Result};
use crate::store::reservations::{self, Reservation};
use crate::store::task_slots::Use;
use crate::store::{Unique, violated};
use crate::tasks::{NewGuestInput, NewTask, Tasks};

/// The content of storages that containers' disks can be put on.
const ROOTDIR: &str = "rootdir";

/// A server to be made.
pub(crate) struct FromBackup<'a> {
    pub input: NewGuestInput,
    /// The node it is made on.
    pub node: &'a str,
    /// The id that it should have; the next free one where nothing is said.
    pub vmid: Option<u32>,
    /// How it was configured at the backup.
    pub config: &'a GuestConfig,
    pub kind: GuestKind,
}

impl Servers {
    /// Queues a server to be made from a backup.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that is wrong, before anything is touched; or the cluster's.
    pub(crate) async fn make_from_backup(&self, actor: &Actor, new: &FromBackup<'_>) -> Result<TaskRow> {
        let cluster = self.cluster(Some(&new.input.cluster))?;
        for _ in 0..TRIES {
            let scene = self.scene(cluster).await?;
            let mut problems = FieldProblems::new();
            check_name(actor, &scene, new, &mut problems);
            check_node(&scene, new, &mut problems);
            let vmid = free_vmid(&scene, new, &mut problems);
            if !problems.is_empty() {
                return Err(Error::Invalid(problems));
            }
            let guest = GuestId::new(
                new.input.cluster.clone(),
                vmid.ok_or(Error::Conflict(Problem::NoFreeVmid))?,
            );
            if let Some(task) = self.accept_from_backup(actor, &scene, new, guest).await? {
                return Ok(task);
            }
            // Somebody else was faster: the next look at the cluster sees it.
        }
        Err(Error::Conflict(Problem::NoFreeVmid))
    }

    /// Writes task and reservation; `None` where something of it was taken meanwhile.
    async fn accept_from_backup(
        &self,
        actor: &Actor,
        scene: &Scene<'_>,
        new: &FromBackup<'_>,
        guest: GuestId,
    ) -> Result<Option<TaskRow>> {
        let input = &new.input;
        let mut write = self.0.events.begin().await?;
        let uses: Vec<Use> = std::iter::once(Use::node(&input.cluster, new.node))
            .chain(needed(new).into_keys().map(|storage| {
                let own = (!scene.survey.is_shared(&storage)).then_some(new.node);
                Use::storage(&input.cluster, own, &storage)
            }))
            .collect();
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::RestoreNewServer,
            input,
            secret: None,
            guest: Some(&guest),
            target: &input.name,
            actor,
            uses: &uses,
            parent: None,
            retry_of: None,
        };
        let gone = scene.survey.vmids();
        reservations::release_gone(&mut write.tx, &input.cluster, &gone).await?;
        let queued = match self.0.tasks.enqueue(&mut write, &task).await {
            Err(Error::Conflict(Problem::TaskInTheWay { .. })) => return Ok(None),
            other => other?,
        };
        let taken = Reservation {
            task: task.id,
            guest,
            name: input.name.clone(),
            node: new.node.to_owned(),
            os_type: String::new(),
            made: false,
        };
        match reservations::insert(&mut write.tx, &taken, &[], self.0.clock.now()).await {
            Err(error)
                if matches!(
                    violated(&error),
                    Some(Unique::ReservedVmid | Unique::ReservedName)
                ) =>
            {
                return Ok(None);
            }
            other => other?,
        }
        write.commit().await?;
        Ok(Some(queued))
    }
}

fn check_name(actor: &Actor, scene: &Scene<'_>, new: &FromBackup<'_>, problems: &mut FieldProblems) {
    let name = &new.input.name;
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    let mut guests = scene.survey.guests.iter();
    if guests.any(|guest| guest.name.as_deref().is_some_and(same)) || scene.promised.has_name(name) {
        let name = name.clone();
        problems.insert("name".to_owned(), Problem::NameTaken { name });
        return;
    }
    let is_reached = actor.grants.cover(&GuestRow {
        name: name.clone(),
        node: new.node.to_owned(),
        tags: new.config.tags(),
        ..GuestRow::unknown(GuestId::new(String::new(), 0))
    });
    if !is_reached {
        let scope = actor.grants.reach().to_string();
        problems.insert("name".to_owned(), Problem::OutsideScope { scope });
    }
}

fn check_node(scene: &Scene<'_>, new: &FromBackup<'_>, problems: &mut FieldProblems) {
    let node = new.node;
    match scene.survey.node(node) {
        None => {
            let (given, known) = (node.to_owned(), scene.survey.node_names());
            problems.insert("node".to_owned(), Problem::UnknownChoice { given, known });
        }
        Some(found) if !is_online(found) => {
            let node = node.to_owned();
            problems.insert("node".to_owned(), Problem::NodeOffline { node });
        }
        Some(_) => {
            if let Some(problem) = needed(new)
                .into_iter()
                .find_map(|(storage, gb)| against(scene, new, storage, gb))
            {
                problems.insert("storage".to_owned(), problem);
            }
        }
    }
}

/// What stands against putting so many GiB on a storage.
fn against(scene: &Scene<'_>, new: &FromBackup<'_>, storage: String, needed_gb: u64) -> Option<Problem> {
    let content = match new.kind {
        GuestKind::Qemu => IMAGES,
        GuestKind::Lxc => ROOTDIR,
    };
    let Some(found) = scene.survey.storage(&storage, new.node).filter(|it| it.available) else {
        let node = new.node.to_owned();
        return Some(Problem::StorageNotOnNode { storage, node });
    };
    if !found.content.iter().any(|kind| kind == content) {
        return Some(Problem::StorageWithoutImages { storage });
    }
    let free_gb = (free_space(found) / GIB).saturating_sub(scene.space_taken(&storage, new.node));
    (free_gb < needed_gb).then_some(Problem::NotEnoughSpace {
        storage,
        needed_gb,
        free_gb,
    })
}

/// GiB that are needed on each storage.
fn needed(new: &FromBackup<'_>) -> BTreeMap<String, u64> {
    let mut needed = BTreeMap::new();
    for disk in new.config.disks() {
        let Some(volume) = disk.volume else { continue };
        let storage = new.input.storage.clone().unwrap_or(volume.storage);
        *needed.entry(storage).or_default() += disk.size.unwrap_or_default().div_ceil(GIB);
    }
    needed
}

/// The id that is asked for, if nobody has it, else the next that nobody has.
fn free_vmid(scene: &Scene<'_>, new: &FromBackup<'_>, problems: &mut FieldProblems) -> Option<u32> {
    let Some(vmid) = new.vmid else {
        return scene.vmid();
    };
    let is_taken = scene.survey.vmids().contains(&vmid) || scene.promised.vmids().any(|other| other == vmid);
    if is_taken {
        problems.insert("vmid".to_owned(), Problem::VmidTaken { vmid });
    }
    Some(vmid)
}
