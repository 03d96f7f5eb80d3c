//! The alerts of the past, a page at a time.

use drover_types::{
    error::ApiError,
    monitoring::{AlertPage, AlertRow},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{columns::columns, events::Events};
use crate::{
    pages::monitoring::known::Known,
    rpc,
    session::{Session, use_session},
    shared::ErrorCallout,
    texts::{text, use_i18n},
};

/// What has been loaded; cheap to copy.
#[derive(Clone, Copy)]
struct Loaded {
    rows: RwSignal<Option<Vec<AlertRow>>>,
    next: RwSignal<Option<i64>>,
    error: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    /// Counts the questions: an answer that others have overtaken is not shown.
    asked: StoredValue<u32>,
    session: Session,
}

impl Loaded {
    fn new() -> Self {
        Self {
            rows: RwSignal::new(None),
            next: RwSignal::new(None),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            asked: StoredValue::new(0),
            session: use_session(),
        }
    }

    /// Loads the newest, or what is older than `before`.
    fn load(self, before: Option<i64>) {
        self.busy.set(true);
        let number = self.asked.with_value(|asked| asked + 1);
        self.asked.set_value(number);
        spawn_local(async move {
            let answer = self.session.heeded(rpc::monitoring::alert_history(before).await);
            // The page may have gone while the answer was on its way, or somebody asked something else.
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(page) => {
                    self.error.set(None);
                    self.take(page, before);
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Puts what is older behind, and what is newest in the place of what it tells anew: whoever has gone back stays there.
    fn take(self, page: AlertPage, before: Option<i64>) {
        let known = self
            .rows
            .with_untracked(|rows| rows.as_ref().and_then(|rows| rows.last().map(|row| row.id)));
        let reaches = page.rows.last().map(|row| row.id);
        let is_behind = before.is_some() || known.is_none() || reaches <= known;
        if is_behind {
            self.next.set(page.next);
        }
        self.rows.update(|rows| match (rows, before) {
            (Some(rows), Some(_)) => rows.extend(page.rows),
            (rows, _) => {
                let mut newest = page.rows;
                let older = rows.take().unwrap_or_default();
                newest.extend(
                    older
                        .into_iter()
                        .filter(|row| reaches.is_some_and(|last| row.id < last)),
                );
                *rows = Some(newest);
            }
        });
    }
}

/// The list; read anew whenever alerts change.
#[component]
pub(super) fn Past(known: Known, events: Events) -> impl IntoView {
    let i18n = use_i18n();
    let loaded = Loaded::new();
    let alerts = Memo::new(move |_| known.state.with(|state| state.alerts.clone()));
    Effect::new(move |_| {
        // Read, and not only tracked: a memo that nobody has read follows nothing yet.
        alerts.with(|_| ());
        loaded.load(None);
    });
    let is_waiting = Memo::new(move |_| loaded.rows.with(Option::is_none));
    let rows = Memo::new(move |_| loaded.rows.get().unwrap_or_default());
    let older = move || {
        let before = loaded.next.get()?;
        Some(view! {
            <p class="monitoring__more">
                <Button busy=loaded.busy on_click=move |_| loaded.load(Some(before))>
                    {text!(i18n, monitoring.older)}
                </Button>
            </p>
        })
    };
    view! {
        <Card title=text!(i18n, monitoring.history) flush=true>
            {move || {
                loaded
                    .error
                    .get()
                    .map(|error| view! { <ErrorCallout error=error on_retry=move |()| loaded.load(None) /> })
            }}
            <div class="monitoring__list">
                <DataTable
                    label=text!(i18n, monitoring.history)
                    rows=rows
                    row_key=|row: &AlertRow| row.id.to_string()
                    columns=columns()
                    loading=is_waiting
                    on_open=move |row: AlertRow| events.show(row)
                    empty=move || {
                        view! { <EmptyState title=text!(i18n, monitoring.no_history) icon=IconName::History /> }
                    }
                />
            </div>
            {older}
        </Card>
    }
}
