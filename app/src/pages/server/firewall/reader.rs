//! Reads the firewall when the part is looked at and whenever a task on the server has ended, and has it changed. In
//! the browser alone.

use drover_types::{
    error::ApiError,
    event::LiveEvent,
    firewall::{Assignment, GuestFirewall, Question, Verdict},
    ids::GuestId,
    task::TaskRow,
};
use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;

use crate::{
    inventory::Guest,
    live::use_live,
    rpc,
    running::{Running, use_running},
    session::{Session, use_session},
    texts::{say, use_i18n},
};

/// A question with what the firewall says to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// What becomes of the connection.
    pub verdict: Verdict,
}

/// The firewall and what is under way; cheap to copy. It lives as long as the page, so that a look at another part
/// loses nothing.
#[derive(Clone, Copy)]
pub struct Reader {
    guest: Memo<Guest>,
    /// As it was read last.
    pub found: RwSignal<Option<GuestFirewall>>,
    /// Why it could not be read.
    pub unread: RwSignal<Option<ApiError>>,
    /// The groups that Drover is to give it, as they are edited.
    pub wanted: RwSignal<Vec<String>>,
    /// What Drover had given when the editing began: what somebody else has given since is not lost unseen.
    base: RwSignal<Vec<String>>,
    /// What was asked last, while its answer is true of what was read.
    pub answer: RwSignal<Option<Answer>>,
    /// The task that was started last.
    pub task: RwSignal<Option<TaskRow>>,
    /// Whether a change is on its way.
    pub busy: RwSignal<bool>,
    /// Why the last change was refused.
    pub refused: RwSignal<Option<ApiError>>,
    /// Counts the questions: an answer to an older one tells nothing.
    asked: StoredValue<u32>,
    running: Running,
    session: Session,
}

impl Reader {
    /// Knows nothing until [`Reader::follow`].
    pub fn new(guest: Memo<Guest>) -> Self {
        Self {
            guest,
            found: RwSignal::new(None),
            unread: RwSignal::new(None),
            wanted: RwSignal::new(Vec::new()),
            base: RwSignal::new(Vec::new()),
            answer: RwSignal::new(None),
            task: RwSignal::new(None),
            busy: RwSignal::new(false),
            refused: RwSignal::new(None),
            asked: StoredValue::new(0),
            running: use_running(),
            session: use_session(),
        }
    }

    /// Reads now, and again when the server moves or a task on it has ended, while the caller is there.
    pub fn follow(self) {
        use_live().on(move |event| match event {
            LiveEvent::Task { task, .. } if task.state.has_ended() && task.guest == self.id() => self.load(),
            LiveEvent::Resync => self.load(),
            _ => {}
        });
        let guest = self.guest;
        let place = Memo::new(move |_| guest.with(|guest| (guest.id.clone(), guest.node.clone())));
        Effect::new(move |_| place.with(|_| self.load()));
    }

    /// Which server. Not tracked.
    pub fn id(self) -> Option<GuestId> {
        self.guest.try_with_untracked(|guest| guest.id.clone())
    }

    /// Reads it now.
    pub fn load(self) {
        let number = self.asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        });
        let Some((id, number)) = self.id().zip(number) else {
            return;
        };
        spawn_local(async move {
            let answer = self.session.heeded(rpc::firewall::server_firewall(id).await);
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(firewall) => {
                    self.unread.set(None);
                    self.take(firewall);
                }
                Err(error) => self.unread.set(Some(error)),
            }
        });
    }

    /// Takes in what there is now; what is edited stays.
    fn take(self, firewall: GuestFirewall) {
        let known = self.found.get_untracked();
        if known.as_ref() == Some(&firewall) {
            return;
        }
        let before = known.as_ref().map(GuestFirewall::assigned).unwrap_or_default();
        let now = firewall.assigned();
        // Once what was asked for is there, the next editing begins with it.
        if self
            .wanted
            .with_untracked(|wanted| *wanted == before || *wanted == now)
        {
            self.wanted.set(now);
            self.base.set(firewall.given.clone());
        }
        self.answer.set(None);
        self.found.set(Some(firewall));
    }

    /// A part of what was read; `T`'s own nothing before that. Tracked.
    pub fn with<T: Default>(self, read: impl FnOnce(&GuestFirewall) -> T) -> T {
        self.found
            .with(|found| found.as_ref().map(read).unwrap_or_default())
    }

    /// The groups that Drover has given. Tracked.
    pub fn assigned(self) -> Vec<String> {
        self.with(GuestFirewall::assigned)
    }

    /// Whether a switch of the server's own is off: its own, or a network device's. Tracked.
    pub fn is_own_off(self) -> bool {
        self.with(|firewall| !firewall.guest_enabled || firewall.nics.iter().any(|nic| !nic.enabled))
    }

    /// Why nothing can be changed at the moment. Tracked.
    pub fn hindrance(self) -> Signal<Option<String>> {
        let i18n = use_i18n();
        let at_work = Memo::new(move |_| {
            let id = self.guest.with(|guest| guest.id.clone());
            self.running.of_guest(&id).is_some()
        });
        Signal::derive(move || at_work.get().then(|| say!(i18n, server_firewall.at_work)))
    }

    /// What is asked for where these groups are to come in place of those that there were when the editing began.
    /// Tracked.
    pub fn assignment(self, groups: Vec<String>, switch_on: bool) -> Assignment {
        Assignment {
            groups,
            enable: switch_on,
            nics: switch_on,
            expected: Some(self.base.get()),
        }
    }

    /// What is asked for where the groups stay, and what is off of the server's own is switched on. Tracked.
    pub fn in_force(self) -> Assignment {
        let given = self.with(|firewall| firewall.given.clone());
        Assignment {
            expected: Some(given.clone()),
            ..Assignment::of(given)
        }
    }

    /// Gives the server these groups in place of those that Drover has given it.
    pub fn assign(self, assignment: Assignment) {
        let Some(id) = self.id() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(None);
        spawn_local(async move {
            let answer = self
                .session
                .heeded(rpc::firewall::assign_firewall(id, assignment).await);
            self.busy.try_set(false);
            match answer {
                Ok(task) => {
                    // Shown here and in the header at once, before the event arrives.
                    self.running.take(task.clone());
                    self.task.try_set(Some(task));
                }
                Err(error) => {
                    self.go_on_from(&error);
                    self.refused.try_set(Some(error));
                }
            }
        });
    }

    /// Where somebody else was faster, what they have given is what the next try is about: it is told by then. What is
    /// edited stays.
    fn go_on_from(self, error: &ApiError) {
        let current = error.details.get("current").map(Vec::<String>::deserialize);
        if let Some(Ok(given)) = current {
            self.base.try_set(given);
            self.load();
        }
    }

    /// Makes the groups those that there are.
    pub fn discard(self) {
        self.wanted.set(untrack(|| self.assigned()));
        self.base
            .set(untrack(|| self.with(|firewall| firewall.given.clone())));
        self.refused.set(None);
    }
}
