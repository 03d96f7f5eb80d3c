//! The page: the list, narrowed down by the address, and taking it along as a file.

use drover_types::{
    audit::{AuditPage, AuditRow},
    error::ApiError,
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_query_map, lazy_route};

use super::{
    columns::columns,
    narrowed::{self, Narrowed},
    retention::Retention,
    row::RowDialog,
    toolbar::{Toolbar, use_go},
};
use crate::{
    layout::Page,
    paths,
    rpc::{self, audit::AUDIT_ROWS},
    session::use_session,
    shared::{Awaited, ErrorCallout, PermissionNeeded},
    texts::{say, text, use_i18n},
};

/// The route.
pub struct Audit;

#[lazy_route]
impl LazyRoute for Audit {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <AuditPageView /> }.into_any()
    }
}

#[component]
fn AuditPageView() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let may = Memo::new(move |_| {
        session.with_grants(|grants| grants.allow_for_all(&[Permission::ManageUsers])) == Some(true)
    });
    move || {
        if may.get() {
            view! { <Listed /> }.into_any()
        } else {
            view! {
                <Page title=text!(i18n, audit.title)>
                    <PermissionNeeded permission=Permission::ManageUsers />
                </Page>
            }
            .into_any()
        }
    }
}

#[component]
fn Listed() -> impl IntoView {
    let i18n = use_i18n();
    let query = use_query_map();
    let narrowed = Memo::new(move |_| query.with(narrowed::read));
    let page = Resource::new(
        move || narrowed.get(),
        |narrowed| async move { rpc::audit::list_audit(narrowed.filter(), narrowed.page).await },
    );
    let show = move |answer: Result<AuditPage, ApiError>| match answer {
        Ok(rows) => {
            let on_changed = Callback::new(move |()| page.refetch());
            view! { <Table page=rows narrowed=narrowed on_changed=on_changed /> }.into_any()
        }
        Err(error) => view! {
            <div class="audit__error">
                <ErrorCallout error=error on_retry=move |()| page.refetch() />
            </div>
        }
        .into_any(),
    };
    let file = move |format: &'static str| {
        Signal::derive(move || {
            let narrowed = narrowed.get();
            let filter = narrowed.filter();
            let times =
                [filter.from, filter.until].map(|at| at.map(|at| at.to_rfc3339()).unwrap_or_default());
            paths::audit_file(format, &narrowed.parameters(), &times)
        })
    };
    let actions = move || {
        view! {
            <a class="button" data-variant="secondary" data-size="medium" href=file("csv") download="audit.csv" rel="external">
                <Icon name=IconName::Download />
                "CSV"
            </a>
            <a class="button" data-variant="secondary" data-size="medium" href=file("jsonl") download="audit.jsonl" rel="external">
                <Icon name=IconName::Download />
                "JSON"
            </a>
        }
    };
    view! {
        <Page title=text!(i18n, audit.title) fill=true actions=actions>
            <Toolbar narrowed=narrowed />
            <Awaited
                load=move || async move { page.await }
                show=show
                fallback=move || {
                    view! {
                        <div class="audit__error">
                            <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=8 />
                        </div>
                    }
                }
            />
        </Page>
    }
}

#[component]
fn Table(page: AuditPage, narrowed: Memo<Narrowed>, on_changed: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let go = use_go();
    let (open, shown) = (RwSignal::new(false), RwSignal::new(None::<AuditRow>));
    let show = Callback::new(move |row: AuditRow| {
        shown.set(Some(row));
        open.set(true);
    });
    let AuditPage {
        rows,
        total,
        retention_days: days,
    } = page;
    let pages = u32::try_from(total.div_ceil(AUDIT_ROWS.into()))
        .unwrap_or(u32::MAX)
        .max(1);
    let here = Memo::new(move |_| narrowed.with(|narrowed| narrowed.page));
    let turn = move |to: u32| {
        let now = narrowed.get_untracked();
        go.run(Narrowed { page: to, ..now });
    };
    let at_end = move |is_end: bool| is_end.then(|| say!(i18n, audit.no_more));
    let first = Signal::derive(move || at_end(here.get() <= 1));
    let last = Signal::derive(move || at_end(here.get() >= pages));
    let empty = move || {
        let title = Signal::derive(move || {
            if narrowed.with(Narrowed::is_narrowed) {
                say!(i18n, audit.none_fit)
            } else {
                say!(i18n, audit.empty)
            }
        });
        view! { <EmptyState title=title icon=IconName::History /> }
    };
    view! {
        <DataTable
            label=text!(i18n, audit.title)
            rows=Signal::stored(rows)
            row_key=|row: &AuditRow| row.id.to_string()
            columns=columns(show)
            on_open=show
            empty=empty
            page_keys=true
        />
        <div class="audit__pages">
            <Retention days=days on_changed=on_changed />
            <span>{move || say!(i18n, audit.page_of, page = here.get(), pages = pages)}</span>
            <Button
                size=ButtonSize::Small
                icon=IconName::ChevronLeft
                disabled=first
                on_click=move |_| turn(here.get_untracked().saturating_sub(1))
            >
                {text!(i18n, audit.newer)}
            </Button>
            <Button
                size=ButtonSize::Small
                icon=IconName::ChevronRight
                disabled=last
                on_click=move |_| turn(here.get_untracked().saturating_add(1))
            >
                {text!(i18n, audit.older)}
            </Button>
        </div>
        <RowDialog open=open row=shown />
    }
}
