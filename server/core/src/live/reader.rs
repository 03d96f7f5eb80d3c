//! One reader of the stream: merges what is told, reads the rows that are named, and keeps the order such that
//! an id is given out only once everything before it has been.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use drover_types::event::LiveEvent;
use drover_types::ids::{GuestId, TaskId};
use drover_types::inventory::Snapshot;
use drover_types::permission::{Grants, Permission, UserRole};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use uuid::Uuid;

use super::item::LiveItem;
use super::reach::{Reach, told};
use super::service::{LiveEvents, Wanted};
use crate::context::{Actor, OpContext};
use crate::error::Result;
use crate::events::{Change, Signal};
use crate::inventory::{Published, WatchGuard};
use crate::store::{notifications, sessions, task_steps, tasks, tokens, users};

/// A task is told of at most this often.
const TASK_PAUSE: Duration = Duration::from_millis(250);
/// How often a session is looked after that nobody signed out of: it may have run out.
const SESSION_CHECK: Duration = Duration::from_secs(15);
/// How many changes are replayed at most; who missed more loads everything anew.
const REPLAY: i64 = 500;
/// How many log lines travel with a task at most.
const LOG_LINES: i64 = 100;

pub(super) struct Reader {
    live: LiveEvents,
    user: i64,
    session: Option<Uuid>,
    /// The API token that reads, and what it may do at most.
    token: Option<(Uuid, Grants)>,
    /// What may be seen now.
    grants: Grants,
    /// What of the inventory is told, where that is not all.
    reach: Option<Reach>,
    wanted: Wanted,
    signals: broadcast::Receiver<Signal>,
    deltas: Option<broadcast::Receiver<Arc<Published>>>,
    ready: VecDeque<LiveItem>,
    /// Tasks that changed, and when they are told of.
    due: HashMap<TaskId, Instant>,
    told: HashMap<TaskId, Told>,
    /// The highest id that was read, and the highest that was given out.
    read: i64,
    given: i64,
    check: Interval,
    over: bool,
    watching: Option<WatchGuard>,
}

/// What was told of a task.
struct Told {
    at: Instant,
    /// The last line of its log.
    line: i64,
}

impl Reader {
    pub(super) fn new(live: &LiveEvents, ctx: &OpContext, actor: &Actor, wanted: Wanted) -> Self {
        let session = ctx.session_id();
        let mut check = tokio::time::interval_at(Instant::now() + SESSION_CHECK, SESSION_CHECK);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut reader = Self {
            live: live.clone(),
            user: actor.id,
            session,
            token: ctx.token_id().map(|token| (token, actor.grants.clone())),
            grants: actor.grants.clone(),
            reach: None,
            wanted,
            signals: live.events.subscribe(),
            deltas: None,
            ready: VecDeque::new(),
            due: HashMap::new(),
            told: HashMap::new(),
            read: 0,
            given: 0,
            check,
            over: false,
            watching: None,
        };
        reader.allow(actor.grants.clone());
        reader
    }

    /// Takes up what the user may see now.
    fn allow(&mut self, grants: Grants) {
        let inventory = grants.allow(Permission::ViewAll) && self.wanted.inventory;
        let followed = inventory.then(|| self.live.inventory.follow());
        self.reach = followed
            .as_ref()
            .and_then(|(picture, _)| Reach::of(grants.reach(), picture));
        self.grants = grants;
        self.deltas = followed.map(|(_, deltas)| deltas);
        self.watching = inventory.then(|| self.live.inventory.watch());
    }

    /// The picture, as far as the user reaches.
    pub(super) fn picture(&self) -> Arc<Snapshot> {
        self.live.inventory.within(self.grants.reach())
    }

    /// Whether the user holds a permission now, and reaches a guest.
    pub(super) fn may(&self, permission: Permission, guest: &GuestId) -> bool {
        let reaches = || self.picture().guests.iter().any(|row| row.id == *guest);
        self.grants.allow(permission) && (self.grants.reach().is_everything() || reaches())
    }

    /// Makes up for what happened after `id`.
    pub(super) async fn replay(&mut self, id: i64) -> Result<()> {
        self.read = id;
        self.given = id;
        let latest = self.live.events.latest().await?;
        // A later id than ours is from another database: ours was restored, or exchanged.
        if latest.unwrap_or(0) == id {
            return Ok(());
        }
        let oldest = self.live.events.oldest().await?;
        let missed = self.live.events.since(id, REPLAY).await?;
        let complete = oldest.is_some_and(|oldest| oldest <= id + 1)
            && latest.is_some_and(|latest| latest > id)
            && i64::try_from(missed.len()).is_ok_and(|count| count < REPLAY);
        if !complete {
            self.read = latest.unwrap_or(0);
            self.given = 0;
            self.give(LiveEvent::Resync);
            return Ok(());
        }
        for signal in missed {
            self.signal(signal).await?;
        }
        Ok(())
    }

    /// The next item; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<LiveItem> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            if self.over {
                return None;
            }
            if let Err(error) = self.wait().await {
                tracing::warn!(error = %error, "an open browser can't be told what changed; it loads everything anew");
                self.lost();
            }
        }
    }

    async fn wait(&mut self) -> Result<()> {
        let due = self.due.values().min().copied();
        tokio::select! {
            signal = self.signals.recv() => match signal {
                Ok(signal) => self.signal(signal).await?,
                Err(RecvError::Lagged(_)) => self.lost(),
                Err(RecvError::Closed) => self.over = true,
            },
            delta = received(&mut self.deltas) => match delta {
                Ok(published) => self.ready.push_back(told(self.reach.as_mut(), published)),
                Err(RecvError::Lagged(_)) => self.lost(),
                Err(RecvError::Closed) => self.over = true,
            },
            () = reached(due) => self.tell_tasks().await?,
            _ = self.check.tick() => self.check_session().await?,
        }
        Ok(())
    }

    /// Something was missed: what is still waiting is void, and everything is to be loaded anew.
    fn lost(&mut self) {
        self.signals = self.live.events.subscribe();
        self.allow(self.grants.clone());
        self.ready.clear();
        self.due.clear();
        self.give(LiveEvent::Resync);
    }

    async fn signal(&mut self, signal: Signal) -> Result<()> {
        self.read = self.read.max(signal.id.unwrap_or(0));
        match signal.change {
            Change::Task(id) if self.wanted.tasks => {
                let now = Instant::now();
                let next = self.told.get(&id).map_or(now, |told| told.at + TASK_PAUSE);
                self.due.entry(id).or_insert(next.max(now));
            }
            Change::Notification { id, user } if self.wanted.notifications => {
                if user.is_none_or(|user| user == self.user)
                    && let Some(row) = notifications::find(&self.live.db, self.user, id).await?
                {
                    self.give(LiveEvent::Notification(row));
                }
            }
            Change::NotificationsRead { user } if self.wanted.notifications && user == self.user => {
                self.give(LiveEvent::NotificationsChanged);
            }
            // Which ones a reader may see, the page asks.
            Change::Alerts if self.wanted.notifications && self.grants.allow(Permission::ViewAll) => {
                self.give(LiveEvent::AlertsChanged);
            }
            Change::Channels if self.wanted.notifications && self.grants.role == UserRole::Admin => {
                self.give(LiveEvent::ChannelsChanged);
            }
            Change::UserChanged { user } if user == self.user => {
                self.check_session().await?;
                if self.wanted.notifications && !self.over {
                    self.give(LiveEvent::UserChanged);
                }
            }
            Change::Task(_)
            | Change::Notification { .. }
            | Change::NotificationsRead { .. }
            | Change::Adoptions
            | Change::Roles
            | Change::Firewall
            | Change::Alerts
            | Change::Channels
            | Change::UserChanged { .. } => {}
        }
        Ok(())
    }

    async fn tell_tasks(&mut self) -> Result<()> {
        let now = Instant::now();
        let due: Vec<TaskId> = self
            .due
            .iter()
            .filter(|(_, at)| **at <= now)
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            self.due.remove(&id);
            self.tell_task(id, now).await?;
        }
        Ok(())
    }

    async fn tell_task(&mut self, id: TaskId, now: Instant) -> Result<()> {
        let db = &self.live.db;
        let Some(task) = tasks::get(db, id).await? else {
            return Ok(());
        };
        let guest = task.row.guest.as_ref();
        // Whoever was told that it runs is told its end too, though its guest may be gone with it.
        let is_seen = task.actor_id == Some(self.user)
            || self.told.contains_key(&id)
            || self.live.inventory.shows_work_on(&self.grants, guest);
        if !is_seen {
            return Ok(());
        }
        let steps = task_steps::of(db, id).await?;
        let line = self.told.get(&id).map_or(0, |told| told.line);
        let log = task_steps::log_of(db, id, line, LOG_LINES).await?;
        let line = log.last().map_or(line, |line| line.number);
        if task.row.state.has_ended() {
            self.told.remove(&id);
        } else {
            self.told.insert(id, Told { at: now, line });
        }
        self.give(LiveEvent::Task {
            task: Box::new(task.row),
            steps: steps.into_iter().map(|step| step.row).collect(),
            log,
        });
        Ok(())
    }

    /// Ends the stream of a session that has ended, and takes up what its user may see now.
    async fn check_session(&mut self) -> Result<()> {
        let now = self.live.clock.now();
        if let Some(id) = self.session {
            let (opened, used) = (now - self.live.absolute, now - self.live.idle);
            let alive = sessions::list(&self.live.db, self.user, opened, used).await?;
            if !alive.iter().any(|session| session.id == id) {
                self.sign_out();
                return Ok(());
            }
        }
        if let Some((id, _)) = &self.token
            && !tokens::is_good(&self.live.db, *id, now).await?
        {
            self.sign_out();
            return Ok(());
        }
        let user = users::find(&self.live.db, self.user).await?;
        let Some(user) = user.map(|found| found.user).filter(|user| user.is_active) else {
            self.sign_out();
            return Ok(());
        };
        let held = user.usable_grants();
        let grants = match &self.token {
            Some((_, most)) => most.at_most(&held),
            None => held,
        };
        let sees = |grants: &Grants| grants.allow(Permission::ViewAll);
        if sees(&grants) != sees(&self.grants) || grants.reach() != self.grants.reach() {
            self.allow(grants);
            self.give(LiveEvent::Resync);
        } else {
            self.grants = grants;
        }
        Ok(())
    }

    fn sign_out(&mut self) {
        self.ready.clear();
        self.over = true;
        self.give(LiveEvent::SignedOut);
    }

    fn give(&mut self, event: LiveEvent) {
        let all_told = self.due.is_empty() && self.read > self.given;
        let id = all_told.then_some(self.read);
        if all_told {
            self.given = self.read;
        }
        self.ready.push_back(LiveItem::own(id, event));
    }
}

async fn received(
    deltas: &mut Option<broadcast::Receiver<Arc<Published>>>,
) -> Result<Arc<Published>, RecvError> {
    match deltas {
        Some(deltas) => deltas.recv().await,
        None => std::future::pending().await,
    }
}

async fn reached(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
