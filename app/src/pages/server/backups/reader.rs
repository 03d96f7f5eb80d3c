//! Reads the backups of one guest when they are looked at and whenever a task on them has ended. In the browser alone.

use drover_types::{
    backup::{Archive, ServerBackups},
    error::ApiError,
    event::LiveEvent,
    guest::GuestKind,
    ids::GuestId,
    task::{TaskKind, TaskRow},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    inventory::Guest,
    live::use_live,
    rpc,
    running::{Running, use_running},
    session::{Session, use_session},
};

/// The backups and what is under way; cheap to copy. It lives as long as the page, so that a look at another part loses
/// nothing.
#[derive(Clone, Copy)]
pub struct Reader {
    id: StoredValue<GuestId>,
    /// The guest, while it is there.
    pub guest: Signal<Option<Guest>>,
    /// As they were read last.
    pub found: RwSignal<Option<ServerBackups>>,
    /// Why they could not be read.
    pub unread: RwSignal<Option<ApiError>>,
    /// The task that is shown: the last that began while the page is open.
    pub task: RwSignal<Option<TaskRow>>,
    /// Counts the questions: an answer to an older one tells nothing.
    asked: StoredValue<u32>,
    running: Running,
    /// Who reads.
    pub session: Session,
}

/// Whether a task is at work on backups.
fn is_of_backups(kind: TaskKind) -> bool {
    kind.category() == "backup"
}

impl Reader {
    /// Knows nothing until [`Reader::follow`].
    pub fn new(id: GuestId, guest: Signal<Option<Guest>>) -> Self {
        Self {
            id: StoredValue::new(id),
            guest,
            found: RwSignal::new(None),
            unread: RwSignal::new(None),
            task: RwSignal::new(None),
            asked: StoredValue::new(0),
            running: use_running(),
            session: use_session(),
        }
    }

    /// Which guest.
    pub fn id(self) -> GuestId {
        self.id.get_value()
    }

    /// What kind of guest. Not tracked.
    pub fn kind(self) -> GuestKind {
        let of_guest = self.guest.with_untracked(|guest| Some(guest.as_ref()?.kind));
        let of_archive = || {
            let found = self.found.get_untracked()?;
            found.archives.iter().find_map(|archive| archive.kind)
        };
        of_guest.or_else(of_archive).unwrap_or(GuestKind::Qemu)
    }

    /// What the guest is called; its id where it has no name or is gone. Tracked.
    pub fn name(self) -> String {
        let name = self.guest.with(|guest| Some(guest.as_ref()?.name.clone()));
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.id().to_string())
    }

    /// Reads now, and again when a task on the guest has ended, while the caller is there; shows what begins meanwhile.
    pub fn follow(self) {
        use_live().on(move |event| match event {
            LiveEvent::Task { task, .. } if task.state.has_ended() && self.concerns(task) => self.load(),
            LiveEvent::Resync => self.load(),
            _ => {}
        });
        let begun = Memo::new(move |_| self.running.of_guest(&self.id()));
        Effect::new(move |_| {
            let Some(task) = begun.get().filter(|task| is_of_backups(task.kind)) else {
                return;
            };
            let is_shown = self
                .task
                .with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.id == task.id));
            if !is_shown {
                self.task.set(Some(task));
            }
        });
        Effect::new(move |_| self.load());
    }

    fn concerns(self, task: &TaskRow) -> bool {
        let id = self.id.try_get_value();
        id.is_some() && task.guest == id
    }

    /// Reads them now.
    pub fn load(self) {
        let number = self.asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        });
        let Some((id, number)) = self.id.try_get_value().zip(number) else {
            return;
        };
        spawn_local(async move {
            let answer = self.session.heeded(rpc::backups::server_backups(id).await);
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(backups) => {
                    self.unread.set(None);
                    self.found.set(Some(backups));
                }
                Err(error) => self.unread.set(Some(error)),
            }
        });
    }

    /// Takes in a backup as it is after a change.
    pub fn take(self, archive: Archive) {
        self.found.try_update(|found| {
            let archives = found.iter_mut().flat_map(|found| &mut found.archives);
            let same = |one: &&mut Archive| (&one.volume, &one.node) == (&archive.volume, &archive.node);
            if let Some(known) = archives.into_iter().find(same) {
                *known = archive;
            }
        });
    }

    /// A task has begun that was asked for here: shown at once, before the event arrives.
    pub fn begun(self, task: TaskRow) {
        self.running.take(task.clone());
        self.task.try_set(Some(task));
    }

    /// A part of what was read; `T`'s own nothing before that. Tracked.
    pub fn with<T: Default>(self, read: impl FnOnce(&ServerBackups) -> T) -> T {
        self.found
            .with(|found| found.as_ref().map(read).unwrap_or_default())
    }
}
