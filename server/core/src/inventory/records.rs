//! Follows tasks and reservations, and tells the picture what they make of guests: which one is being made,
//! started or stopped, which ones Drover made and with which addresses.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use drover_types::ids::{GuestId, TaskId};
use drover_types::task::{TaskKind, TaskState};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::doing::what_it_does;
use super::overlay::{Doing, Noted};
use super::service::Inventory;
use crate::error::Result;
use crate::events::Change;
use crate::store::reservations::{self, Reservation};
use crate::store::tasks::{self, TaskRecord, Wanted};
use crate::store::{adopted, firewall_groups, reserved_addresses, server_roles};

/// Changes that come within this time are read together.
const GATHER: Duration = Duration::from_millis(100);
/// Everything is read anew this often: a reservation can end without a task that tells of it.
const ANEW: Duration = Duration::from_mins(1);
/// How long to wait after the database did not answer.
const PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Records<'a> {
    inventory: &'a Inventory,
}

impl<'a> Records<'a> {
    pub(super) const fn new(inventory: &'a Inventory) -> Self {
        Self { inventory }
    }

    pub(super) async fn run(&self, stop: &CancellationToken) {
        let _: Option<()> = stop.run_until_cancelled(self.follow()).await;
    }

    async fn follow(&self) {
        let mut signals = self.inventory.shared.events.subscribe();
        // Which guest each task at work was last seen with, so that it is let go when the task is done with it.
        let mut held: HashMap<TaskId, GuestId> = HashMap::new();
        loop {
            if let Err(error) = self.read_all(&mut held).await {
                tracing::warn!(%error, "tasks and reservations can't be read; what they do to servers is not shown");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            let anew = Instant::now() + ANEW;
            loop {
                let signal = tokio::select! {
                    () = tokio::time::sleep_until(anew) => break,
                    signal = signals.recv() => signal,
                };
                // In the order in which they were asked for: what the next one makes of a guest lies over what the one
                // before has left.
                let mut changed = BTreeSet::new();
                let mut others = Others::default();
                match signal {
                    Ok(signal) => gather(signal.change, &mut changed, &mut others),
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                }
                if changed.is_empty() && others == Others::default() {
                    continue;
                }
                tokio::time::sleep(GATHER).await;
                while let Ok(signal) = signals.try_recv() {
                    gather(signal.change, &mut changed, &mut others);
                }
                if others.adoptions
                    && let Err(error) = self.read_adopted().await
                {
                    tracing::warn!(%error, "who adopted which server can't be read; it is not shown yet");
                }
                if others.firewall
                    && let Err(error) = self.read_groups().await
                {
                    tracing::warn!(%error, "which firewall groups servers have can't be read; they are not shown yet");
                }
                if others.roles
                    && let Err(error) = self.read_roles().await
                {
                    tracing::warn!(%error, "which roles servers have can't be read; they are not shown yet");
                }
                for task in changed {
                    if let Err(error) = self.read_one(task, &mut held).await {
                        tracing::warn!(%error, %task, "a task can't be read; what it does to its server is not shown");
                    }
                }
            }
        }
    }

    async fn refresh(&self, guest: &GuestId) {
        if let Err(error) = self.inventory.refresh(guest).await {
            tracing::debug!(%error, %guest, "the guest can't be asked; the collector will tell");
        }
    }

    async fn read_all(&self, held: &mut HashMap<TaskId, GuestId>) -> Result<()> {
        let db = &self.inventory.shared.db;
        let mut notes: HashMap<GuestId, Noted> = HashMap::new();
        let mut taken: HashMap<TaskId, Reservation> = HashMap::new();
        let reservations = reservations::all(db).await?;
        // Read later, so that no reservation is seen without the addresses that came with it.
        let mut addresses = reserved_addresses::by_task(db).await?;
        let origins = reservations::origins(db).await?;
        let mut makers: HashMap<GuestId, (String, i64)> = origins
            .into_iter()
            .map(|row| (row.guest, (row.actor, row.created_at.timestamp())))
            .collect();
        for reservation in reservations {
            let (maker, asked_at) = makers.remove(&reservation.guest).unzip();
            let reserved = Noted::Reserved {
                made: reservation.made,
                maker,
                asked_at,
                addresses: addresses.remove(&reservation.task).unwrap_or_default(),
            };
            notes.insert(reservation.guest.clone(), reserved);
            taken.insert(reservation.task, reservation);
        }
        let mut doing: HashMap<GuestId, Option<Doing>> = HashMap::new();
        held.clear();
        let wanted = Wanted {
            state: Some(TaskState::Running),
            limit: i64::MAX,
            ..Wanted::default()
        };
        for task in tasks::list(db, &wanted).await? {
            let reservation = taken.get(&task.row.id);
            if let Some((guest, what)) = what_it_does(&task, reservation) {
                held.insert(task.row.id, guest.clone());
                doing.insert(guest, Some(what));
            }
        }
        self.read_adopted().await?;
        self.read_roles().await?;
        self.read_groups().await?;
        let mut state = self.inventory.state_mut();
        for guest in state.reserved() {
            notes.entry(guest).or_insert(Noted::Free);
        }
        for guest in state.at_work_on() {
            doing.entry(guest).or_insert(None);
        }
        state.note(notes.into_iter().collect());
        state.doing(doing.into_iter().collect());
        drop(state);
        Ok(())
    }

    async fn read_adopted(&self) -> Result<()> {
        let adopted = adopted::all(&self.inventory.shared.db).await?;
        self.inventory.state_mut().set_adopted(adopted);
        Ok(())
    }

    async fn read_roles(&self) -> Result<()> {
        let roles = server_roles::purposes(&self.inventory.shared.db).await?;
        self.inventory.state_mut().set_roles(roles);
        Ok(())
    }

    async fn read_groups(&self) -> Result<()> {
        let groups = firewall_groups::all(&self.inventory.shared.db).await?;
        self.inventory.state_mut().set_groups(groups);
        Ok(())
    }

    /// Reads one task, and asks the guest that it is done with: Proxmox's own list tells the outcome some ten
    /// seconds late.
    async fn read_one(&self, id: TaskId, held: &mut HashMap<TaskId, GuestId>) -> Result<()> {
        let db = &self.inventory.shared.db;
        let task = tasks::get(db, id).await?;
        let reservation = reservations::of(db, id).await?;
        let mut notes = Vec::new();
        let mut doing = Vec::new();
        let before = held.remove(&id);
        if let Some(reservation) = &reservation {
            let reserved = Noted::Reserved {
                made: reservation.made,
                maker: task.as_ref().map(|task| task.row.actor.clone()),
                asked_at: task.as_ref().map(|task| task.row.created_at.timestamp()),
                addresses: reserved_addresses::of(db, id).await?,
            };
            notes.push((reservation.guest.clone(), reserved));
        }
        let now = task
            .as_ref()
            .and_then(|task| what_it_does(task, reservation.as_ref()));
        let mut done_with = None;
        if let Some(guest) = before
            && now.as_ref().is_none_or(|(other, _)| *other != guest)
        {
            if reservation.as_ref().is_none_or(|other| other.guest != guest) && is_creation(task.as_ref()) {
                notes.push((guest.clone(), Noted::Free));
            }
            doing.push((guest.clone(), None));
            if is_removal(task.as_ref()) && reservations::at(db, &guest).await?.is_none() {
                notes.push((guest.clone(), Noted::Free));
            }
            done_with = Some(guest);
        }
        if let Some((guest, what)) = now {
            held.insert(id, guest.clone());
            doing.push((guest, Some(what)));
        } else if done_with.is_none() {
            // It ended before it was ever seen at work.
            let ended = task.filter(|task| task.row.state.has_ended());
            done_with = ended.and_then(|task| task.row.guest);
        }
        // Asked before the mark is taken off, so that the row does not show the collector's older answer.
        if let Some(guest) = &done_with {
            self.refresh(guest).await;
        }
        let mut state = self.inventory.state_mut();
        state.note(notes);
        state.doing(doing);
        drop(state);
        Ok(())
    }
}

/// What else has changed of what is on record of guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Others {
    adoptions: bool,
    roles: bool,
    firewall: bool,
}

fn gather(change: Change, changed: &mut BTreeSet<TaskId>, others: &mut Others) {
    match change {
        Change::Task(id) => drop(changed.insert(id)),
        Change::Adoptions => others.adoptions = true,
        Change::Roles => others.roles = true,
        Change::Firewall => others.firewall = true,
        _ => {}
    }
}

fn is_creation(task: Option<&TaskRecord>) -> bool {
    task.is_none_or(|task| task.row.kind.makes_server())
}

fn is_removal(task: Option<&TaskRecord>) -> bool {
    task.is_some_and(|task| matches!(task.row.kind, TaskKind::DeleteServer | TaskKind::CleanUpServer))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use drover_types::guest::{GuestRow, GuestStatus};
    use drover_types::permission::UserRole;
    use pve_client::{ClientConfig, Credentials};
    use uuid::Uuid;

    use super::super::translate::Collected;
    use super::*;
    use crate::clock::Clock;
    use crate::clusters::{ClusterConfig, Clusters};
    use crate::events::Events;
    use crate::store::Db;
    use crate::store::tasks::{Ending, TaskInsert};
    use crate::store::testing::sqlite;
    use crate::store::users::{self, UserInsert};

    fn at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    /// An inventory of a cluster that nobody answers for.
    fn inventory(db: &Db, events: &Events) -> Inventory {
        let token = Credentials::token("drover@pve!main=secret").unwrap();
        let config = ClusterConfig {
            name: "lab".into(),
            client: ClientConfig::new(vec!["http://127.0.0.1:1".into()], token),
            node: None,
            hdd_storage: None,
            ssd_storage: None,
            templates: std::collections::BTreeMap::new(),
        };
        let clusters = Clusters::connect(vec![config]).unwrap();
        Inventory::new(clusters, db.clone(), events.clone(), Clock::set(at()))
    }

    /// Queues a task that makes `web-1` and lets a run claim it.
    async fn begin(events: &Events, vmid: u32) -> TaskId {
        let id = TaskId(Uuid::now_v7());
        let mut write = events.begin().await.unwrap();
        let tx = &mut write.tx;
        let new = UserInsert {
            username: "ada",
            password_hash: "",
            role: UserRole::Admin,
            permissions: &[],
            at: at(),
        };
        let actor_id = users::insert(tx, &new).await.unwrap();
        let task = TaskInsert {
            id,
            kind: TaskKind::CreateServer,
            actor_id: Some(actor_id),
            actor: "ada",
            guest: None,
            target: "web-1",
            input: "{}",
            secret: None,
            at: at(),
            parent: None,
            is_parent: false,
            retry_of: None,
        };
        tasks::insert(tx, &task).await.unwrap();
        let taken = Reservation {
            task: id,
            guest: GuestId::new("lab", vmid),
            name: "web-1".into(),
            node: "pve2".into(),
            os_type: String::new(),
            made: false,
        };
        reservations::insert(tx, &taken, &["10.0.0.5".to_owned()], at())
            .await
            .unwrap();
        tasks::claim(tx, id, Uuid::nil(), at(), at())
            .await
            .unwrap()
            .unwrap();
        write.changed(Change::Task(id));
        write.commit().await.unwrap();
        id
    }

    async fn end(events: &Events, id: TaskId, state: TaskState) {
        let mut write = events.begin().await.unwrap();
        let tx = &mut write.tx;
        if state == TaskState::Completed {
            reservations::set_made(tx, id).await.unwrap();
        } else {
            reservations::release(tx, id).await.unwrap();
        }
        let ending = Ending {
            state,
            problem: None,
            cause: None,
            at: at(),
        };
        tasks::end(tx, id, &ending).await.unwrap();
        write.changed(Change::Task(id));
        write.commit().await.unwrap();
    }

    async fn until(inventory: &Inventory, wanted: impl Fn(&Inventory) -> bool) {
        let waiting = async {
            while !wanted(inventory) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .expect("the picture follows");
    }

    /// Whether it is told of while it happens, or found at the start.
    #[tokio::test]
    async fn a_server_is_shown_from_its_reservation_while_it_is_made() {
        for found in [false, true] {
            for state in [TaskState::Completed, TaskState::Failed] {
                let test = sqlite().await;
                let events = Events::new(test.db.clone(), Clock::set(at()));
                let inventory = inventory(&test.db, &events);
                let guest = GuestId::new("lab", 105);
                let mut id = None;
                if found {
                    id = Some(begin(&events, 105).await);
                }
                let stop = CancellationToken::new();
                let records = Records::new(&inventory);
                let story = async {
                    let id = match id {
                        Some(id) => id,
                        None => begin(&events, 105).await,
                    };
                    until(&inventory, |inventory| inventory.guest(&guest).is_some()).await;
                    let row = inventory.guest(&guest).unwrap();
                    assert_eq!((row.status, row.name.as_str()), (GuestStatus::Creating, "web-1"));
                    assert_eq!((row.node.as_str(), row.made_here), ("pve2", false));
                    assert_eq!(row.addresses, ["10.0.0.5"]);
                    end(&events, id, state).await;
                    // Nobody answers for the cluster, so that the row has nothing to stand on any more.
                    until(&inventory, |inventory| inventory.guest(&guest).is_none()).await;
                    let reserved = inventory.state().reserved();
                    let kept = if state == TaskState::Completed {
                        vec![guest.clone()]
                    } else {
                        Vec::new()
                    };
                    assert_eq!(reserved, kept, "found at the start: {found}");
                    stop.cancel();
                };
                tokio::join!(records.run(&stop), story);
            }
        }
    }

    #[tokio::test]
    async fn an_adoption_is_shown_at_once_and_so_is_its_end() {
        let test = sqlite().await;
        let events = Events::new(test.db.clone(), Clock::set(at()));
        let inventory = inventory(&test.db, &events);
        let guest = GuestId::new("lab", 105);
        let found = Collected {
            guests: vec![GuestRow::unknown(guest.clone())],
            ..Collected::default()
        };
        inventory.state_mut().collected("lab", found, at());
        let is_managed = |inventory: &Inventory| inventory.guest(&guest).unwrap().is_managed();
        let stop = CancellationToken::new();
        let records = Records::new(&inventory);
        let story = async {
            // It was read through once it shows what was there before it began.
            begin(&events, 106).await;
            until(&inventory, |inventory| {
                inventory.guest(&GuestId::new("lab", 106)).is_some()
            })
            .await;
            let mut write = events.begin().await.unwrap();
            adopted::insert(&mut write.tx, &guest, "web", 1, None, at())
                .await
                .unwrap();
            write.changed(Change::Adoptions);
            write.commit().await.unwrap();
            until(&inventory, is_managed).await;
            assert_eq!(inventory.guest(&guest).unwrap().owner.as_deref(), Some("ada"));
            let mut write = events.begin().await.unwrap();
            adopted::delete(&mut write.tx, &guest).await.unwrap();
            write.changed(Change::Adoptions);
            write.commit().await.unwrap();
            until(&inventory, |inventory| !is_managed(inventory)).await;
            stop.cancel();
        };
        tokio::join!(records.run(&stop), story);
    }
}
