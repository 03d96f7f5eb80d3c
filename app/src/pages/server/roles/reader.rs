//! Reads the roles when they are looked at and whenever a task on the server has ended. In the browser alone.

use drover_types::{
    error::ApiError,
    event::LiveEvent,
    ids::GuestId,
    lang::Lang,
    permission::Permission,
    role::{Generated, QueuedTask, RoleInfo, RoleKey, RolesOverview, ServerRoles},
    task::{TaskKind, TaskRow},
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    inventory::Guest,
    live::use_live,
    rpc,
    running::{Running, use_running},
    session::{Session, use_session},
    texts::use_lang,
};

/// The roles and what is under way; cheap to copy. It lives as long as the page, so that a look at another part loses
/// nothing.
#[derive(Clone, Copy)]
pub struct Reader {
    id: StoredValue<GuestId>,
    guest: Memo<Guest>,
    /// What there is to choose from.
    pub catalogue: RwSignal<Option<RolesOverview>>,
    /// As they were read last.
    pub found: RwSignal<Option<ServerRoles>>,
    /// Why they could not be read.
    pub unread: RwSignal<Option<ApiError>>,
    /// The task that is shown: the last that began while the page is open.
    pub task: RwSignal<Option<TaskRow>>,
    /// Secrets that were made up and are still to be told.
    pub told: RwSignal<Vec<Generated>>,
    /// Whether the dialog that gives a role is open, and for which.
    pub assigning: RwSignal<bool>,
    pub assigned: RwSignal<Option<RoleKey>>,
    /// Counts the questions: an answer to an older one tells nothing.
    asked: StoredValue<u32>,
    tools: StoredValue<Tools>,
}

/// What it works with.
#[derive(Clone, Copy)]
struct Tools {
    running: Running,
    session: Session,
    toasts: Toasts,
    lang: Signal<Lang>,
}

/// Whether a task is at work on roles. A new server gets its own by the task that makes it.
fn is_of_roles(kind: TaskKind) -> bool {
    kind.category() == "role"
}

impl Reader {
    /// Knows nothing until [`Reader::follow`].
    pub fn new(id: GuestId, guest: Memo<Guest>) -> Self {
        Self {
            id: StoredValue::new(id),
            guest,
            catalogue: RwSignal::new(None),
            found: RwSignal::new(None),
            unread: RwSignal::new(None),
            task: RwSignal::new(None),
            told: RwSignal::new(Vec::new()),
            assigning: RwSignal::new(false),
            assigned: RwSignal::new(None),
            asked: StoredValue::new(0),
            tools: StoredValue::new(Tools {
                running: use_running(),
                session: use_session(),
                toasts: use_toasts(),
                lang: use_lang(),
            }),
        }
    }

    fn tools(self) -> Tools {
        self.tools.get_value()
    }

    /// Which server.
    pub fn id(self) -> GuestId {
        self.id.get_value()
    }

    /// What the server is called; its id where it has no name. Tracked.
    pub fn name(self) -> String {
        let name = self.guest.with(|guest| guest.name.clone());
        if name.is_empty() {
            self.id().to_string()
        } else {
            name
        }
    }

    /// Reads now, and again when a task on the server has ended, while the caller is there; shows what begins meanwhile.
    pub fn follow(self) {
        use_live().on(move |event| match event {
            LiveEvent::Task { task, .. } if task.state.has_ended() && self.concerns(task) => self.load(),
            LiveEvent::Resync => self.load(),
            _ => {}
        });
        let begun = Memo::new(move |_| self.tools().running.of_guest(&self.id()));
        let id = Memo::new(move |_| begun.with(|task| task.as_ref().map(|task| task.id)));
        Effect::new(move |_| {
            // Read, not only tracked: a memo that nobody has read yet tells of no change.
            let begun_id = id.get();
            // A task that has begun has put the role on record.
            self.load();
            let Some(task) = begun.get_untracked().filter(|task| is_of_roles(task.kind)) else {
                return;
            };
            let is_shown = self
                .task
                .with_untracked(|shown| shown.as_ref().map(|shown| shown.id) == begun_id);
            if !is_shown {
                self.task.set(Some(task));
            }
        });
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
        let (Some(id), Some(number), Some(tools)) =
            (self.id.try_get_value(), number, self.tools.try_get_value())
        else {
            return;
        };
        spawn_local(async move {
            let answer = tools.session.heeded(self.read(id).await);
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok((catalogue, roles)) => {
                    self.unread.set(None);
                    self.catalogue.set(Some(catalogue));
                    self.found.set(Some(roles));
                }
                Err(error) => self.unread.set(Some(error)),
            }
        });
    }

    /// The catalogue changes when Drover or a folder does: it is read once.
    async fn read(self, id: GuestId) -> Result<(RolesOverview, ServerRoles), ApiError> {
        let catalogue = match self.catalogue.try_get_untracked().flatten() {
            Some(known) => known,
            None => rpc::roles::roles_overview().await?,
        };
        Ok((catalogue, rpc::roles::server_roles(id).await?))
    }

    /// A part of what was read; `T`'s own nothing before that. Tracked.
    pub fn with<T: Default>(self, read: impl FnOnce(&ServerRoles) -> T) -> T {
        self.found
            .with(|found| found.as_ref().map(read).unwrap_or_default())
    }

    /// The roles that there are. Tracked.
    pub fn with_catalogue<T>(self, read: impl FnOnce(&[RoleInfo]) -> T) -> T {
        self.catalogue.with(|known| {
            let roles = known.as_ref().map(|known| known.roles.as_slice());
            read(roles.unwrap_or_default())
        })
    }

    /// Asks for a role: for this one, or for one to choose.
    pub fn ask_assign(self, role: Option<RoleKey>) {
        self.assigned.set(role);
        self.assigning.set(true);
    }

    /// Shows a task that was asked for here at once, before the event arrives.
    pub fn begun(self, task: TaskRow) {
        if let Some(tools) = self.tools.try_get_value() {
            tools.running.take(task.clone());
        }
        self.task.try_set(Some(task));
    }

    /// The same, of a task for which secrets were made up.
    pub fn queued(self, queued: QueuedTask) {
        self.told.try_set(queued.generated);
        self.begun(queued.task);
    }

    /// Sends a request that needs no form; what stands against it is said in passing.
    pub fn send<T: 'static>(
        self,
        request: impl Future<Output = Result<T, ApiError>> + 'static,
        granted: impl FnOnce(T) + 'static,
    ) {
        // The page may be left before the answer is there.
        let tools = self.tools();
        spawn_local(async move {
            match tools.session.heeded(request.await) {
                Ok(done) => granted(done),
                Err(error) => {
                    let lang = tools.lang.try_get_untracked().unwrap_or_default();
                    tools.toasts.show(Toast::danger(error.text(lang)));
                }
            }
        });
    }
}

/// Why nothing can be asked of the roles now: no permission, no Ansible, or a task is at work on the server.
pub fn use_hindrance(reader: Reader, needed: Permission) -> Signal<Option<String>> {
    let lang = use_lang();
    let session = use_session();
    let running = use_running();
    let problem = Memo::new(move |_| {
        if session.with_grants(|grants| grants.allow(needed)) == Some(false) {
            return Some(Problem::PermissionMissing { permission: needed });
        }
        // What is only taken off the record needs no Ansible.
        let unable = || {
            let of = |known: &Option<RolesOverview>| known.as_ref()?.unable.clone();
            reader
                .catalogue
                .with(of)
                .filter(|_| needed == Permission::AssignRoles)
        };
        let at_work = || {
            let task = running.of_guest(&reader.id())?.id;
            Some(Problem::TaskInTheWay { task })
        };
        unable().or_else(at_work)
    });
    Signal::derive(move || problem.with(|problem| Some(problem.as_ref()?.text(lang.get()))))
}
