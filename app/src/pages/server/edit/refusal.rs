//! Why nothing can be changed now.

use drover_types::{permission::Permission, text::Problem};
use leptos::prelude::*;

use super::editor::Editor;
use crate::texts::use_lang;

impl Editor {
    /// Whether the user may look only. Tracked.
    pub fn is_read_only(self) -> bool {
        let may = self
            .session
            .with_grants(|grants| grants.allow(Permission::ManageServer));
        may == Some(false)
    }

    /// Why nothing can be saved now; `None` where it can.
    pub fn refusal(self) -> Signal<Option<String>> {
        self.refusal_for(&[Permission::ManageServer])
    }

    /// Why nothing can be changed now by somebody who needs one of `permissions`; `None` where it can.
    pub fn refusal_for(self, permissions: &'static [Permission]) -> Signal<Option<String>> {
        let lang = use_lang();
        let problem = Memo::new(move |_| {
            let may = self.session.with_grants(|grants| grants.allow_any(permissions));
            if may == Some(false) {
                return Some(Problem::PermissionMissing {
                    permission: permissions[0],
                });
            }
            let (id, lock) = self.guest.with(|guest| (guest.id.clone(), guest.lock.clone()));
            if let Some(task) = self.running.of_guest(&id) {
                return Some(Problem::TaskInTheWay { task: task.id });
            }
            lock.map(|lock| Problem::GuestLocked { lock })
        });
        Signal::derive(move || {
            problem.with(|problem| problem.as_ref().map(|problem| problem.text(lang.get())))
        })
    }
}
