//! One job: when it runs, what it backs up and where, and what can be done with it.

use drover_types::{backup::BackupJob, error::ApiError, task::TaskKind};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    facts::{Fact, facts},
    jobs::{Edited, Jobs},
    runs::Runs,
};
use crate::{
    layout::{Question, use_confirm},
    paths, rpc,
    shared::{tell_left_out, use_local_zone},
    texts::{say, text, use_i18n, use_lang},
};

/// What a job is called: by its comment, else by its id.
pub(super) fn called(job: &BackupJob) -> String {
    if job.job.comment.is_empty() {
        job.id.clone()
    } else {
        job.job.comment.clone()
    }
}

/// The card.
#[component]
pub(super) fn JobCard(first: BackupJob, jobs: Jobs) -> impl IntoView {
    let i18n = use_i18n();
    let zone = use_local_zone();
    let (cluster, id) = (first.cluster.clone(), first.id.clone());
    let job = Memo::new(move |_| jobs.get(&cluster, &id).unwrap_or_else(|| first.clone()));
    let title = Signal::derive(move || Some(job.with(called)));
    let known = Memo::new(move |_| {
        let mut all = job.with(|job| facts(&job.cluster, &job.job));
        // The switch and the heading say these.
        all.truncate(all.len().saturating_sub(2));
        all.retain(|fact| !fact.value.is_empty());
        all
    });
    let count = Memo::new(move |_| job.with(|job| u64::from(job.servers)));
    let runs = Memo::new(move |_| job.with(|job| job.next_runs.clone()));
    view! {
        <Card title=title actions=move || view! { <Actions job=job jobs=jobs /> }>
            <DescriptionList>
                <Description term=Signal::derive(move || say!(i18n, backups.next_runs, zone = zone.name()))>
                    <Runs runs=runs />
                </Description>
                <Description term=text!(i18n, backups.takes)>
                    {text!(i18n, backups.servers_now, count = count.get())}
                </Description>
                {move || {
                    known
                        .get()
                        .into_iter()
                        .map(|Fact { name, value }| {
                            view! { <Description term=Signal::stored(name)>{value}</Description> }
                        })
                        .collect_view()
                }}
            </DescriptionList>
        </Card>
    }
}

#[component]
fn Actions(job: Memo<BackupJob>, jobs: Jobs) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let enabled = Bound::new(
        move || {
            jobs.heed_refusals();
            job.with(|job| job.job.enabled)
        },
        move |enabled| {
            jobs.switch(job.get_untracked(), enabled, move |error: ApiError| {
                toasts.show(Toast::danger(error.text(lang.get_untracked())));
            });
        },
    );
    let run = use_run(job);
    let delete = move |()| {
        let question = || deletion(job.get(), jobs);
        confirm.ask(owner.with_value(|owner| owner.with(|| untrack(question))));
    };
    let label = Signal::derive(move || say!(i18n, backups.actions_of, job = job.with(called)));
    view! {
        <Switch label=text!(i18n, backups.enabled) value=enabled />
        <Button size=ButtonSize::Small icon=IconName::Play on_click=move |_| run.run(())>
            {text!(i18n, backups.run_now)}
        </Button>
        <Menu label=label icon=IconName::More icon_only=true size=ButtonSize::Small align=MenuAlign::End>
            <MenuItem
                label=text!(i18n, backups.edit)
                icon=IconName::Edit
                on_select=move |()| jobs.edit(Edited::Job(Box::new(job.get_untracked())))
            />
            <MenuSeparator />
            <MenuItem
                label=text!(i18n, common.delete)
                icon=IconName::Trash
                tone=Tone::Danger
                on_select=delete
            />
        </Menu>
    }
}

/// Asks, and backs up now what the job would.
fn use_run(job: Memo<BackupJob>) -> Callback<()> {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let ask = move || {
        let BackupJob {
            cluster, id, servers, ..
        } = job.get();
        let title = say!(i18n, backups.run_title, job = job.with(called));
        let body = say!(i18n, backups.run_body, count = u64::from(servers));
        let run = move || {
            let request = rpc::backups::run_backup_job(cluster.clone(), id.clone());
            async move {
                let acted = request.await?;
                tell_left_out(&acted, toasts, i18n, lang)?;
                if let Some(task) = acted.task {
                    untrack(|| {
                        let begun = Toast::success(TaskKind::BackUpServers.name(lang.get()));
                        toasts.show(begun.link(say!(i18n, server.show_task), paths::task(&task)));
                    });
                }
                Ok(())
            }
        };
        confirm.ask(Question::new(title, body, say!(i18n, backups.run_now), run).harmless());
    };
    Callback::new(move |()| owner.with_value(|owner| owner.with(|| untrack(ask))))
}

/// What is asked before a job is deleted.
fn deletion(job: BackupJob, jobs: Jobs) -> Question {
    let i18n = use_i18n();
    let title = say!(i18n, backups.delete_title, job = called(&job));
    let body = say!(i18n, backups.delete_body);
    let BackupJob { cluster, id, .. } = job;
    Question::new(title, body, say!(i18n, common.delete), move || {
        let request = rpc::backups::delete_backup_job(cluster.clone(), id.clone());
        async move {
            request.await?;
            jobs.changed();
            Ok(())
        }
    })
}
