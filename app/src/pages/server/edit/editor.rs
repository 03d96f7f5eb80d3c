//! What is typed into the form, what the server has, and the way from one to the other.

use drover_types::{configuration::ServerConfiguration, error::ApiError, guest::GuestKind, ids::GuestId};
use leptos::{prelude::*, task::spawn_local};

use super::{
    change::Problems,
    field::{Field, NicPart, Scope},
    news::News,
    read,
    values::Values,
};
use crate::{
    inventory::Guest,
    rpc,
    running::{Running, use_running},
    session::{Session, use_session},
    texts::{say, use_i18n},
};

/// The form; cheap to copy. It lives as long as the page, so that a look at another part loses nothing.
#[derive(Clone, Copy)]
pub struct Editor {
    /// Which server.
    pub guest: Memo<Guest>,
    /// Its configuration as it was read last.
    pub configuration: RwSignal<Option<ServerConfiguration>>,
    /// Why it could not be read.
    pub unread: RwSignal<Option<ApiError>>,
    /// What somebody else has changed while something was typed.
    pub news: RwSignal<Vec<News>>,
    /// Whether a change is on its way.
    pub busy: RwSignal<bool>,
    pub(super) base: RwSignal<Values>,
    pub(super) typed: RwSignal<Values>,
    pub(super) problems: RwSignal<Problems>,
    pub(super) failure: RwSignal<Option<(Scope, ApiError)>>,
    pub(super) session: Session,
    pub(super) running: Running,
}

impl Editor {
    /// An empty form, which [`Editor::follow`] fills.
    pub fn new(guest: Memo<Guest>) -> Self {
        Self {
            guest,
            configuration: RwSignal::new(None),
            unread: RwSignal::new(None),
            news: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            base: RwSignal::new(Values::default()),
            typed: RwSignal::new(Values::default()),
            problems: RwSignal::new(Problems::new()),
            failure: RwSignal::new(None),
            session: use_session(),
            running: use_running(),
        }
    }

    /// Reads the configuration now, and again whenever something about the server changes, while the caller is there.
    pub fn follow(self) {
        let (guest, running) = (self.guest, self.running);
        let at_work = Memo::new(move |_| {
            let id = guest.with(|guest| guest.id.clone());
            running.of_guest(&id).map(|task| task.id)
        });
        let sign = Memo::new(move |_| {
            let row = guest.with(|guest| {
                (
                    guest.id.clone(),
                    (guest.name.clone(), guest.node.clone()),
                    (guest.cores, guest.memory_bytes, guest.disk_bytes),
                    guest.status,
                    guest.lock.clone(),
                    guest.tags.clone(),
                )
            });
            (row, at_work.get())
        });
        Effect::new(move |_| {
            // Read, not only tracked: a memo that nobody has read knows nothing that it depends on.
            sign.with(|_| self.load());
        });
    }

    pub(super) fn id(self) -> Option<GuestId> {
        self.guest.try_with_untracked(|guest| guest.id.clone())
    }

    /// Reads the configuration now.
    pub fn load(self) {
        spawn_local(self.fetch());
    }

    pub(super) async fn fetch(self) {
        let Some(id) = self.id() else { return };
        let answer = self
            .session
            .heeded(rpc::configuration::configuration(id.clone()).await);
        if self.id() != Some(id) {
            return;
        }
        match answer {
            Ok(configuration) => {
                self.unread.set(None);
                self.take(configuration);
            }
            Err(error) => self.unread.set(Some(error)),
        }
    }

    /// Takes in what the server has now; what is typed stays.
    pub fn take(self, configuration: ServerConfiguration) {
        let theirs = read::values(&configuration);
        let first = self
            .configuration
            .with_untracked(|known| known.as_ref().is_none_or(|known| known.id != configuration.id));
        self.configuration.set(Some(configuration));
        if first {
            self.base.set(theirs.clone());
            self.typed.set(theirs);
            self.news.set(Vec::new());
            return;
        }
        let base = self.base.get_untracked();
        let changed = theirs.differing(&base);
        if changed.is_empty() {
            return;
        }
        let mut typed = self.typed.get_untracked();
        let was_typed = !typed.differing(&base).is_empty();
        let both = typed.merge(&base, &theirs);
        if was_typed {
            let news = changed.into_iter().map(|field| News {
                field,
                before: base.get(field).to_owned(),
                now: theirs.get(field).to_owned(),
                is_typed: both.contains(&field),
            });
            self.news.update(|all| {
                for one in news {
                    all.retain(|old| old.field != one.field);
                    all.push(one);
                }
            });
        }
        self.base.set(theirs);
        self.typed.set(typed);
    }

    /// Whether it is a container. Tracked.
    pub fn is_container(self) -> bool {
        self.guest.with(|guest| guest.kind == GuestKind::Lxc)
    }

    /// The fields of a part that were changed here. Tracked.
    pub fn changed(self, scope: Scope) -> Vec<Field> {
        let mut fields = self
            .typed
            .with(|typed| self.base.with(|base| typed.differing(base)));
        fields.retain(|field| field.scope() == scope);
        fields
    }

    /// What was changed here, in words, one for each NIC that came or went. Tracked.
    pub fn summary(self, scope: Scope) -> String {
        let i18n = use_i18n();
        let mut words: Vec<String> = Vec::new();
        for field in self.changed(scope) {
            let nic = match field {
                Field::Nic(index, _) | Field::Address(index, _) => Some(index),
                _ => None,
            };
            let has =
                |values: &Values| nic.is_none_or(|index| values.has(Field::Nic(index, NicPart::Bridge)));
            let name = nic.map(|index| format!("net{index}")).unwrap_or_default();
            let word = match (self.base.with(has), self.typed.with(has)) {
                (true, false) => say!(i18n, server.nic_goes, name = name),
                (false, true) => say!(i18n, server.nic_comes, name = name),
                _ => field.label(),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(", ")
    }

    /// Makes a part what the server has.
    pub fn discard(self, scope: Scope) {
        let fields = untrack(|| self.changed(scope));
        self.base.with_untracked(|base| {
            self.typed
                .update(|typed| fields.into_iter().for_each(|field| typed.take(field, base)));
        });
        self.forget();
    }

    /// Makes one field what the server has.
    pub fn take_theirs(self, field: Field) {
        self.base
            .with_untracked(|base| self.typed.update(|typed| typed.take(field, base)));
        self.news.update(|news| news.retain(|one| one.field != field));
    }

    pub(super) fn forget(self) {
        self.problems.set(Problems::new());
        self.failure.set(None);
        self.news.set(Vec::new());
    }
}
