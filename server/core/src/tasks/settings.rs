//! How long tasks wait for what, and how many run at once.

use std::time::Duration;

use crate::store::task_slots::UseClass;

/// Times and limits of the engine.
#[derive(Debug, Clone)]
pub struct TaskSettings {
    /// How many tasks of one cluster this process runs at once.
    pub max_running: usize,
    /// How many more of them may stand aside, waiting for a Proxmox that does not answer or for the next try of an
    /// undo.
    pub max_aside: usize,
    /// How many tasks write to one node at once.
    pub per_node: u32,
    /// How many write to one storage. Proxmox allocates volumes of a storage one after another and gives up after
    /// ten seconds of waiting, or a minute where it is shared (`cluster_lock_storage` of `PVE::Storage::Plugin`).
    pub per_storage: u32,
    /// How many clone one template. Proxmox allows several (`lock_config_shared` of `PVE::API2::Qemu`), but they
    /// read the same disk.
    pub per_template: u32,
    /// On how many servers roles are worked on at once.
    pub role_runs: u32,
    /// How long later tasks may go before one that waits for several things.
    pub overtaking: Duration,
    /// How long a task belongs to a run that gives no sign of life.
    pub lease: Duration,
    /// How often a run gives one.
    pub heartbeat: Duration,
    /// How often the queue is looked at where nobody tells of a new task.
    pub queue_poll: Duration,
    /// How long a run may go on once the process is told to stop.
    pub stop_grace: Duration,
    /// How often a task of Proxmox's is looked at that takes long; one that has just begun more often.
    pub proxmox_poll: Duration,
    /// How long a task of Proxmox's may take.
    pub proxmox_limit: Duration,
    /// How long a backup or a restore may take.
    pub backup_limit: Duration,
    /// How long to wait for a lock of Proxmox's.
    pub lock_patience: Duration,
    /// How long to wait for a Proxmox that does not answer.
    pub outage_patience: Duration,
    /// How long after it was sent a call that was not answered may still take effect.
    pub late_call: Duration,
    /// The longest pause between two tries of an undo.
    pub undo_pause: Duration,
    /// How many lines are taken over from the log of one task of Proxmox's.
    pub log_lines: usize,
    /// How long a new server may take until it answers.
    pub answer_limit: Duration,
    /// How long a server that has been there may take to let Drover in.
    pub sign_in_limit: Duration,
    /// The TCP port on which a new server's address answers; 0 where only its guest agent counts.
    pub answer_port: u16,
    /// How long a guest may take to shut down.
    pub shutdown_limit: Duration,
    /// For how many days a task is kept after its end; 0 for ever.
    pub retention_days: u32,
    /// How many servers one request may make at most.
    pub bulk_limit: u32,
    /// Whether the queue's self-tests may be asked for.
    pub self_tests: bool,
}

impl TaskSettings {
    /// How many tasks may use one thing of a class at once; at least one, or none would ever run.
    pub(crate) const fn limit(&self, class: UseClass) -> u32 {
        let limit = match class {
            UseClass::Node => self.per_node,
            UseClass::Storage => self.per_storage,
            UseClass::Template => self.per_template,
            // `vzdump` takes one lock for all of a node (`PVE::VZDump::getlock`).
            UseClass::Dump => 1,
            UseClass::Role => self.role_runs,
        };
        if limit == 0 { 1 } else { limit }
    }
}

impl Default for TaskSettings {
    fn default() -> Self {
        Self {
            max_running: 8,
            max_aside: 32,
            per_node: 4,
            per_storage: 4,
            per_template: 2,
            role_runs: 4,
            overtaking: Duration::from_mins(1),
            lease: Duration::from_secs(15),
            heartbeat: Duration::from_secs(5),
            queue_poll: Duration::from_secs(1),
            stop_grace: Duration::from_secs(3),
            proxmox_poll: Duration::from_secs(1),
            proxmox_limit: Duration::from_hours(4),
            backup_limit: Duration::from_hours(24),
            lock_patience: Duration::from_mins(5),
            outage_patience: Duration::from_mins(15),
            late_call: Duration::from_secs(10),
            undo_pause: Duration::from_mins(1),
            log_lines: 200,
            answer_limit: Duration::from_mins(5),
            sign_in_limit: Duration::from_secs(20),
            answer_port: 22,
            shutdown_limit: Duration::from_mins(3),
            retention_days: 90,
            bulk_limit: 100,
            self_tests: false,
        }
    }
}
