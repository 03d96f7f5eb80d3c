//! Why nothing can be changed now.

use drover_types::{permission::Permission, text::Problem};
use leptos::prelude::*;

use super::editor::Editor;
use crate::texts::use_lang;

/// What changing a server's configuration needs.
const PERMISSIONS: &[Permission] = &[Permission::ManageServer];

impl Editor {
    /// Whether the user may look only. Tracked.
    pub fn is_read_only(self) -> bool {
        let may = self.session.with_grants(|grants| grants.allow_any(PERMISSIONS));
        may == Some(false)
    }

    /// Why nothing can be saved now; `None` where it can.
    pub fn refusal(self) -> Signal<Option<String>> {
        self.refusal_for(PERMISSIONS)
    }

    /// The same without the task that is at work: the page shows that one by itself, and it ends soon.
    pub fn standing_refusal(self) -> Signal<Option<String>> {
        said(Memo::new(move |_| self.standing(PERMISSIONS)))
    }

    /// Why nothing can be changed now by somebody who needs one of `permissions`; `None` where it can.
    pub fn refusal_for(self, permissions: &'static [Permission]) -> Signal<Option<String>> {
        said(Memo::new(move |_| {
            let of_task = || {
                let id = self.guest.with(|guest| guest.id.clone());
                let task = self.running.of_guest(&id)?.id;
                Some(Problem::TaskInTheWay { task })
            };
            self.standing(permissions).or_else(of_task)
        }))
    }

    fn standing(self, permissions: &'static [Permission]) -> Option<Problem> {
        let may = self.session.with_grants(|grants| grants.allow_any(permissions));
        if may == Some(false) {
            return Some(Problem::PermissionMissing {
                permission: permissions[0],
            });
        }
        let lock = self.guest.with(|guest| guest.lock.clone())?;
        Some(Problem::GuestLocked { lock })
    }
}

fn said(problem: Memo<Option<Problem>>) -> Signal<Option<String>> {
    let lang = use_lang();
    Signal::derive(move || problem.with(|problem| problem.as_ref().map(|problem| problem.text(lang.get()))))
}
