//! What tasks need of things that only so many may use at once. A row that is not held is waited for; a task takes
//! all of its rows at once, when it is claimed, and gives each back as soon as no later step needs it.

use std::collections::HashMap;

use drover_types::ids::TaskId;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::{Error, Result};

/// What a task uses that others use too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum UseClass {
    /// A node.
    Node,
    /// A storage, as a node sees it where it is not shared.
    Storage,
    /// A template that is cloned.
    Template,
    /// The backups that a node makes.
    Dump,
    /// The turns of Ansible's.
    Role,
}

impl UseClass {
    /// Every one.
    pub(crate) const ALL: [Self; 5] = [Self::Node, Self::Storage, Self::Template, Self::Dump, Self::Role];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Storage => "storage",
            Self::Template => "template",
            Self::Dump => "dump",
            Self::Role => "role",
        }
    }

    fn parse(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|class| class.as_str() == text);
        found.ok_or_else(|| Error::corrupt("a task's slot", text))
    }
}

/// One thing that a task uses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Use {
    pub class: UseClass,
    /// Which one, its cluster included.
    pub resource: String,
}

impl Use {
    /// A node of a cluster.
    pub(crate) fn node(cluster: &str, node: &str) -> Self {
        Self {
            class: UseClass::Node,
            resource: format!("{cluster}/{node}"),
        }
    }

    /// A storage: one for all nodes, or that of one node.
    pub(crate) fn storage(cluster: &str, node: Option<&str>, storage: &str) -> Self {
        Self {
            class: UseClass::Storage,
            resource: match node {
                Some(node) => format!("{cluster}/{node}/{storage}"),
                None => format!("{cluster}/{storage}"),
            },
        }
    }

    /// The backups that a node makes.
    pub(crate) fn dump(cluster: &str, node: &str) -> Self {
        Self {
            class: UseClass::Dump,
            resource: format!("{cluster}/{node}"),
        }
    }

    /// A turn of Ansible's.
    pub(crate) fn role() -> Self {
        Self {
            class: UseClass::Role,
            resource: "ansible".to_owned(),
        }
    }

    /// A template.
    pub(crate) fn template(cluster: &str, vmid: u32) -> Self {
        Self {
            class: UseClass::Template,
            resource: format!("{cluster}/{vmid}"),
        }
    }
}

/// Notes what a new task waits for.
pub(crate) async fn insert(tx: &mut Tx, task: TaskId, uses: &[Use]) -> Result<(), sqlx::Error> {
    for one in uses {
        execute!(
            &mut *tx,
            "INSERT INTO task_slots (task_id, class, resource, held) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            task.0,
            one.class.as_str(),
            &one.resource,
            false,
        )
        .await?;
    }
    Ok(())
}

/// Gives back what a task holds of a class.
pub(crate) async fn release(tx: &mut Tx, task: TaskId, class: UseClass) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM task_slots WHERE task_id = $1 AND class = $2",
        task.0,
        class.as_str(),
    )
    .await
    .map(drop)
}

/// Gives back everything that a task holds or waits for.
pub(crate) async fn release_all(tx: &mut Tx, task: TaskId) -> Result<(), sqlx::Error> {
    execute!(tx, "DELETE FROM task_slots WHERE task_id = $1", task.0)
        .await
        .map(drop)
}

#[derive(FromRow)]
struct Raw {
    task_id: Uuid,
    class: String,
    resource: String,
    held: bool,
}

/// Every slot: how many tasks hold each thing, and what each task waits for.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    pub held: HashMap<Use, u32>,
    pub wanted: HashMap<TaskId, Vec<Use>>,
}

/// Who holds and who waits for what.
pub(crate) async fn all(db: &Db) -> Result<Slots> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(
        "SELECT task_id, class, resource, held FROM task_slots"
    )
    .fetch_all(c))
    .await?;
    let mut slots = Slots::default();
    for row in rows {
        let one = Use {
            class: UseClass::parse(&row.class)?,
            resource: row.resource,
        };
        if row.held {
            *slots.held.entry(one).or_default() += 1;
        } else {
            slots.wanted.entry(TaskId(row.task_id)).or_default().push(one);
        }
    }
    Ok(slots)
}

/// Takes everything that a task waits for; `false` where something of it is used by as many as `limit` says. The
/// transaction has to be the only one that takes slots: see [`alone`].
pub(crate) async fn take(tx: &mut Tx, task: TaskId, limit: impl Fn(UseClass) -> u32) -> Result<bool> {
    let used: Vec<(String, i64)> = on_tx!(&mut *tx, |c| sqlx::query_as(
        "SELECT w.class, (SELECT COUNT(*) FROM task_slots h \
         WHERE h.class = w.class AND h.resource = w.resource AND h.held) \
         FROM task_slots w WHERE w.task_id = $1 AND NOT w.held"
    )
    .bind(task.0)
    .fetch_all(c))
    .await?;
    for (class, count) in &used {
        if *count >= i64::from(limit(UseClass::parse(class)?)) {
            return Ok(false);
        }
    }
    if !used.is_empty() {
        execute!(
            tx,
            "UPDATE task_slots SET held = $2 WHERE task_id = $1",
            task.0,
            true
        )
        .await?;
    }
    Ok(true)
}

/// Waits until no other transaction takes slots. SQLite's transactions that write come one after another anyway.
pub(crate) async fn alone(tx: &mut Tx) -> Result<(), sqlx::Error> {
    match tx {
        Tx::Sqlite(_) => Ok(()),
        // Held until the transaction ends. The number is the table's own, chosen at random.
        Tx::Postgres(_) => execute!(tx, "SELECT pg_advisory_xact_lock(4716028535)")
            .await
            .map(drop),
    }
}
