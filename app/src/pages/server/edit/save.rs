//! Saving: what was typed goes to the server, what is wrong with it comes back to its fields.

use drover_types::{error::ApiError, text::Problem};
use leptos::{prelude::*, task::spawn_local};

use super::{
    change,
    editor::Editor,
    field::{Field, Scope},
    values::Values,
};
use crate::{
    rpc,
    shared::{focus_first_problem, scroll_to_first},
};

/// The form, for a selector.
const FORM: &str = ".server-edit";
/// What the form says before its fields.
const FORM_NEWS: &str = ".server-edit > .callout";

impl Editor {
    /// Saves a part; `on_saved` is told whether something waits for the next start.
    pub fn save(self, scope: Scope, on_saved: impl FnOnce(bool) + 'static) {
        let fields = untrack(|| self.changed(scope));
        let sent = self.typed.get_untracked();
        let request = self
            .configuration
            .with_untracked(|known| Some(change::of(known.as_ref()?, &sent, &fields)));
        let (Some(id), Some(request)) = (self.id(), request) else {
            return;
        };
        self.forget();
        if !request.problems.is_empty() {
            self.problems.set(request.problems);
            focus_first_problem(FORM);
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let change = request.change.clone();
            let answer = rpc::configuration::change_configuration(id.clone(), change).await;
            let answer = self.session.heeded(answer);
            if self.busy.try_set(false).is_some() || self.id() != Some(id) {
                return;
            }
            match answer {
                Ok(changed) => {
                    if let Some(task) = changed.task {
                        self.running.take(task);
                    }
                    self.settle(&fields, &sent);
                    self.load();
                    on_saved(changed.reboot_required);
                }
                Err(error) => {
                    let (known, other) = request.read(&error.fields);
                    let mut is_told = !known.is_empty() && other.is_empty();
                    // Read anew, the form shows what the other has changed; what is typed stays.
                    if error.problem == Problem::ConfigurationChanged {
                        self.fetch().await;
                        is_told = self.news.try_with_untracked(|news| !news.is_empty()) != Some(false);
                        scroll_to_first(FORM_NEWS);
                    }
                    if !is_told {
                        self.failure.set(Some((scope, error)));
                    }
                    self.problems.try_set(known);
                    focus_first_problem(FORM);
                }
            }
        });
    }

    /// What was sent stands there now. What was typed since still counts as typed.
    fn settle(self, fields: &[Field], sent: &Values) {
        self.base
            .update(|base| fields.iter().for_each(|field| base.take(*field, sent)));
        // A password is never told again.
        let is_sent = |values: &Values| values.get(Field::CloudPassword) == sent.get(Field::CloudPassword);
        if fields.contains(&Field::CloudPassword) {
            self.base.update(|base| base.set(Field::CloudPassword, ""));
            if self.typed.with_untracked(is_sent) {
                self.typed.update(|typed| typed.set(Field::CloudPassword, ""));
            }
        }
    }

    /// What is wrong with a part as a whole. Tracked.
    pub fn failure(self, scope: Scope) -> Option<ApiError> {
        let failure = self.failure.get();
        failure.filter(|(of, _)| *of == scope).map(|(_, error)| error)
    }
}
