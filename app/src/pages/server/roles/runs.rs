//! The card with what was run on the server, the latest first.

use drover_types::role::{RoleRun, RunKind};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::reader::Reader;
use crate::{
    pages::roles::{outcome, role_name},
    paths,
    shared::TimeAgo,
    texts::{say, text, use_i18n},
};

/// The card; nothing before the first run.
#[component]
pub fn Runs(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let rows = Memo::new(move |_| reader.with(|found| found.runs.clone()));
    let any = Memo::new(move |_| !rows.with(Vec::is_empty));
    move || {
        any.get().then(|| {
            view! {
                <Card title=text!(i18n, server_roles.runs) flush=true>
                    <div class="roles__runs">
                        <DataTable
                            label=text!(i18n, server_roles.runs)
                            rows=rows
                            row_key=|run: &RoleRun| format!("{}/{}", run.task, run.role)
                            columns=columns(reader)
                        />
                    </div>
                </Card>
            }
        })
    }
}

fn columns(reader: Reader) -> Vec<Column<RoleRun>> {
    let i18n = use_i18n();
    let what = move |run: &RoleRun| match run.kind {
        RunKind::Apply => say!(i18n, server_roles.kind_apply),
        RunKind::Check => say!(i18n, server_roles.kind_check),
        RunKind::Remove => say!(i18n, server_roles.kind_remove),
    };
    let counts = move |run: &RoleRun| {
        run.outcome.map(|_| {
            let (ok, changed, failed) = (run.ok, run.changed, run.failed);
            say!(
                i18n,
                server_roles.counts,
                ok = ok,
                changed = changed,
                failed = failed
            )
        })
    };
    vec![
        Column::new("when", text!(i18n, server_roles.began), |run: &RoleRun| {
            view! {
                <a href=paths::task(&run.task)>
                    <TimeAgo at=run.started_at />
                </a>
            }
        })
        .width(140),
        Column::new("role", text!(i18n, roles.role), move |run: &RoleRun| {
            reader.with_catalogue(|all| role_name(all, &run.role))
        })
        .width(140),
        Column::new("what", text!(i18n, server_roles.what), what).width(110),
        Column::new("result", text!(i18n, server_roles.result), |run: &RoleRun| {
            outcome(run)
        })
        .width(170),
        Column::new("counts", text!(i18n, server_roles.tasks), counts).width(230),
        Column::new(
            "failed",
            text!(i18n, server_roles.failed_task),
            |run: &RoleRun| {
                let name = run.failed_task.clone();
                view! { <span title=name.clone()>{name.clone()}</span> }
            },
        )
        .width(140)
        .grow(),
        Column::new("by", text!(i18n, server_roles.by), |run: &RoleRun| run.by.clone()).width(110),
    ]
}
