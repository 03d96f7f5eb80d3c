//! The list of tasks: what runs first, then the latest; narrowed down by the address.

use drover_types::{
    error::ApiError,
    task::{TaskFilter, TaskKind, TaskPage, TaskRow, TaskState},
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{columns::columns, narrowed, rows::follow_tasks};
use crate::{
    layout::Page,
    paths, rpc,
    shared::{Awaited, ErrorCallout, StaleCallout, task_state_name},
    texts::{say, text, use_i18n, use_lang},
};

/// The page.
#[component]
pub fn TasksPage() -> impl IntoView {
    let i18n = use_i18n();
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(narrowed::read));
    view! {
        <Page title=text!(i18n, tasks.title) fill=true>
            <StaleCallout />
            <Toolbar filter=filter />
            <TaskList filter=filter with_target=true />
        </Page>
    }
}

#[component]
fn Toolbar(filter: Memo<TaskFilter>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let navigate = use_navigate();
    let go = Callback::new(move |filter: TaskFilter| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&narrowed::address(&filter), options);
    });
    let states = Signal::derive(move || {
        TaskState::ALL
            .iter()
            .map(|state| SelectOption::new(state.as_str(), task_state_name(*state)))
            .collect::<Vec<_>>()
    });
    let kinds = Signal::derive(move || {
        TaskKind::ALL
            .iter()
            .map(|kind| SelectOption::new(kind.as_str(), kind.name(lang.get())))
            .collect::<Vec<_>>()
    });
    let state = Bound::new(
        move || filter.with(|filter| filter.state.map(TaskState::as_str).unwrap_or_default().to_owned()),
        move |state: String| {
            go.run(TaskFilter {
                state: TaskState::parse(&state),
                ..filter.get_untracked()
            });
        },
    );
    let kind = Bound::new(
        move || filter.with(|filter| filter.kind.map(TaskKind::as_str).unwrap_or_default().to_owned()),
        move |kind: String| {
            go.run(TaskFilter {
                kind: TaskKind::parse(&kind),
                ..filter.get_untracked()
            });
        },
    );
    let own = Bound::new(
        move || filter.with(|filter| filter.own),
        move |own| {
            go.run(TaskFilter {
                own,
                ..filter.get_untracked()
            });
        },
    );
    view! {
        <div class="toolbar" role="group" aria-label=text!(i18n, tasks.filter)>
            <Select
                label=text!(i18n, tasks.state)
                value=state
                options=states
                placeholder=Signal::derive(move || Some(say!(i18n, tasks.all_states)))
                hide_label=true
            />
            <Select
                label=text!(i18n, tasks.kind)
                value=kind
                options=kinds
                placeholder=Signal::derive(move || Some(say!(i18n, tasks.all_kinds)))
                hide_label=true
            />
            <Switch label=text!(i18n, tasks.own) value=own />
        </div>
    }
}

/// A list of tasks that follows its filter.
#[component]
pub fn TaskList(
    /// Which tasks.
    #[prop(into)]
    filter: Signal<TaskFilter>,
    /// Whether the server of each is shown.
    with_target: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let first = Resource::new(move || filter.get(), rpc::tasks::list_tasks);
    let show = move |page: Result<TaskPage, ApiError>| match page {
        Ok(page) => {
            let filter = filter.get_untracked();
            view! { <Table page=page filter=filter with_target=with_target /> }.into_any()
        }
        Err(error) => view! {
            <div class="tasks__error">
                <ErrorCallout error=error on_retry=move |()| first.refetch() />
            </div>
        }
        .into_any(),
    };
    view! {
        <Awaited
            load=move || async move { first.await }
            show=show
            fallback=move || {
            view! {
                <div class="tasks__error">
                    <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=8 />
                </div>
            }
            }
        />
    }
}

#[component]
fn Table(page: TaskPage, filter: TaskFilter, with_target: bool) -> impl IntoView {
    let i18n = use_i18n();
    let is_narrowed = filter.state.is_some() || filter.kind.is_some() || filter.own;
    let list = follow_tasks(page, filter);
    let navigate = use_navigate();
    let open = move |row: TaskRow| navigate(&paths::task(&row.id), NavigateOptions::default());
    let empty = move || {
        if is_narrowed {
            view! {
                <EmptyState
                    title=text!(i18n, tasks.none_fit)
                    icon=IconName::Filter
                    actions=move || {
                        view! { <ButtonLink href=paths::TASKS>{text!(i18n, tasks.show_all)}</ButtonLink> }
                    }
                />
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    title=text!(i18n, tasks.empty)
                    description=Signal::derive(move || Some(say!(i18n, tasks.empty_hint)))
                    icon=IconName::List
                />
            }
            .into_any()
        }
    };
    view! {
        <DataTable
            label=text!(i18n, tasks.title)
            rows=list.rows
            row_key=|row: &TaskRow| row.id.to_string()
            columns=columns(with_target)
            on_open=open
            empty=empty
            page_keys=with_target
        />
        {move || list.error.get().map(|error| view! { <ErrorCallout error=error on_retry=move |()| list.load_more() /> })}
        {move || {
            list.next
                .get()
                .is_some()
                .then(|| {
                    view! {
                        <div class="tasks__more">
                            <Button busy=list.is_loading on_click=move |_| list.load_more()>
                                {text!(i18n, tasks.more)}
                            </Button>
                        </div>
                    }
                })
        }}
    }
}
