//! Giving the filter of now a name, and renaming and deleting those that have one.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    super::view_state::ViewState,
    store::{LONGEST, NameProblem, Saved, SavedFilter, name_problem},
};
use crate::{
    shared::Part,
    texts::{say, text, use_i18n},
};

/// Both dialogs, and what they are about.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// Whether the filter of now is being given a name.
    pub saving: RwSignal<bool>,
    /// Whether those that have one are being changed.
    pub managing: RwSignal<bool>,
    pub saved: Saved,
    pub state: ViewState,
}

impl Asking {
    /// Whether one of them is open, tracked.
    pub fn is_open(self) -> bool {
        self.saving.get() || self.managing.get()
    }
}

/// The dialogs, as they are loaded.
#[lazy]
pub(super) fn dialogs() -> Part<Asking> {
    |of| {
        view! {
            <SaveDialog open=of.saving saved=of.saved state=of.state />
            <ManageDialog open=of.managing saved=of.saved />
        }
        .into_any()
    }
}

/// What is wrong with a name, in the language of now.
fn words(problem: NameProblem) -> String {
    let i18n = use_i18n();
    match problem {
        NameProblem::Missing => say!(i18n, servers.saved_name_missing),
        NameProblem::TooLong => say!(i18n, servers.saved_name_long, count = LONGEST),
        NameProblem::Taken => say!(i18n, servers.saved_name_taken),
    }
}

/// Asks how the filter of now is to be called.
#[component]
fn SaveDialog(open: RwSignal<bool>, saved: Saved, state: ViewState) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let name = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<NameProblem>);
    Effect::new(move |_| {
        if open.get() {
            name.set(state.text.with_untracked(|text| text.trim().to_owned()));
            problem.set(None);
        }
    });
    let not_kept = text!(i18n, servers.saved_not_kept);
    let save = move |()| {
        let mut all = saved.with(<[SavedFilter]>::to_vec);
        let name = name.get_untracked().trim().to_owned();
        problem.set(name_problem(&all, None, &name));
        if problem.get_untracked().is_some() {
            return;
        }
        all.push(SavedFilter {
            name,
            filter: state.text.with_untracked(|text| text.trim().to_owned()),
            sort: untrack(|| state.sort_text()),
        });
        if !saved.write(all) {
            toasts.show(Toast::danger(not_kept.get_untracked()));
        }
        open.set(false);
    };
    view! {
        <ConfirmDialog
            open=open
            title=text!(i18n, servers.save_filter)
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=move |()| untrack(|| save(()))
            variant=ButtonVariant::Primary
        >
            <p>
                <code>{move || state.text.get()}</code>
            </p>
            <TextInput
                label=text!(i18n, servers.saved_name)
                value=name
                error=Signal::derive(move || problem.get().map(words))
                autocomplete="off"
                autofocus=true
            />
        </ConfirmDialog>
    }
}

/// A filter whose name is being changed.
#[derive(Clone)]
struct Row {
    was: SavedFilter,
    name: String,
}

impl Row {
    fn new(was: SavedFilter) -> Self {
        Self {
            name: was.name.clone(),
            was,
        }
    }

    fn renamed(&self) -> SavedFilter {
        SavedFilter {
            name: self.name.trim().to_owned(),
            ..self.was.clone()
        }
    }
}

/// The filters as they would be kept.
fn renamed(rows: RwSignal<Vec<Row>>) -> Vec<SavedFilter> {
    rows.with(|rows| rows.iter().map(Row::renamed).collect())
}

/// Renames and deletes the filters that are kept. What is changed counts once it is saved.
#[component]
fn ManageDialog(open: RwSignal<bool>, saved: Saved) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let rows = RwSignal::new(Vec::<Row>::new());
    let tried = RwSignal::new(false);
    Effect::new(move |_| {
        if open.get() {
            tried.set(false);
            let all = untrack(|| saved.get());
            rows.set(all.into_iter().map(Row::new).collect());
        }
    });
    let not_kept = text!(i18n, servers.saved_not_kept);
    let save = move || {
        let all = renamed(rows);
        tried.set(true);
        let is_wrong = |(at, one): (usize, &SavedFilter)| name_problem(&all, Some(at), &one.name).is_some();
        if all.iter().enumerate().any(is_wrong) {
            return;
        }
        if !saved.write(all) {
            toasts.show(Toast::danger(not_kept.get_untracked()));
        }
        open.set(false);
    };
    view! {
        <ConfirmDialog
            open=open
            title=text!(i18n, servers.saved)
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=move |()| untrack(save)
            variant=ButtonVariant::Primary
        >
            <ul class="saved-filters">
                <For each=move || rows.get() key=|row| row.was.name.clone() let:row>
                    <Line was=row.was rows=rows tried=tried />
                </For>
            </ul>
            {move || {
                rows.with(Vec::is_empty).then(|| view! { <p>{text!(i18n, servers.saved_all_deleted)}</p> })
            }}
        </ConfirmDialog>
    }
}

#[component]
fn Line(was: SavedFilter, rows: RwSignal<Vec<Row>>, tried: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let SavedFilter { name, filter, .. } = was;
    let key = StoredValue::new(name);
    let place =
        move || key.with_value(|key| rows.with(|rows| rows.iter().position(|row| row.was.name == *key)));
    let value = Bound::new(
        move || {
            let at = place();
            rows.with(|rows| at.map(|at| rows[at].name.clone()))
                .unwrap_or_default()
        },
        move |name| {
            if let Some(at) = untrack(place) {
                rows.update(|rows| rows[at].name = name);
            }
        },
    );
    let error = Signal::derive(move || {
        let at = place()?;
        let all = renamed(rows);
        let problem = name_problem(&all, Some(at), &all[at].name)?;
        tried.get().then(|| words(problem))
    });
    let delete = move |_| key.with_value(|key| rows.update(|rows| rows.retain(|row| row.was.name != *key)));
    view! {
        <li class="saved-filters__row">
            <TextInput
                label=Signal::derive(move || say!(i18n, servers.saved_name_of, name = key.get_value()))
                hide_label=true
                value=value
                error=error
                autocomplete="off"
            />
            <IconButton
                icon=IconName::Trash
                label=Signal::derive(move || say!(i18n, servers.saved_delete, name = key.get_value()))
                on_click=delete
            />
            <code class="saved-filters__filter">{filter}</code>
        </li>
    }
}
