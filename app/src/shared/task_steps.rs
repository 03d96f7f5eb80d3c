//! The steps of a task, and Proxmox's own tasks behind them.

use chrono::{DateTime, Utc};
use drover_types::{
    lang::Lang,
    task::{StepRow, StepState, TaskDetail, TaskState},
    units,
};
use drover_ui::prelude::{CopyButton, Description, DescriptionList, Step, StepState as Shown, Stepper};
use leptos::prelude::*;

use crate::{
    clock::use_now,
    texts::{say, text, use_i18n, use_lang},
};

/// The steps, each with its state, its progress and how long it took.
#[component]
pub fn TaskSteps(
    /// The task.
    #[prop(into)]
    detail: Signal<TaskDetail>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let now = use_now();
    let steps = Memo::new(move |_| {
        let lang = lang.get();
        detail.with(|detail| {
            detail
                .steps
                .iter()
                .map(|step| shown(step, detail, lang, now))
                .collect::<Vec<_>>()
        })
    });
    view! { <Stepper label=text!(i18n, tasks.steps) steps=steps /> }
}

fn shown(step: &StepRow, detail: &TaskDetail, lang: Lang, now: Signal<i64>) -> Step {
    let state = match step.state {
        StepState::Pending if detail.task.state.has_ended() => Shown::Skipped,
        StepState::Pending => Shown::Pending,
        StepState::Running if detail.task.state == TaskState::Cancelled => Shown::Cancelled,
        StepState::Running | StepState::Undoing => Shown::Running,
        StepState::Done => Shown::Done,
        StepState::Failed => Shown::Failed,
        StepState::Undone => Shown::Undone,
    };
    let mut shown = Step::new(step.name.name(lang), state, step_state_name(step.state));
    if let Some(percent) = step.progress {
        shown = shown.progress(f64::from(percent));
    }
    if let Some(started) = step.started_at {
        let seconds = seconds_between(started, step.ended_at, now);
        shown = shown.duration(units::duration(seconds, lang));
    }
    match step.state {
        StepState::Running | StepState::Undoing => shown.detail(detail.task.message.text(lang)),
        StepState::Failed => match &detail.task.problem {
            Some(problem) => shown.detail(problem.text(lang)),
            None => shown,
        },
        _ => shown,
    }
}

/// How long something took, or has taken until now.
pub fn seconds_between(started: DateTime<Utc>, ended: Option<DateTime<Utc>>, now: Signal<i64>) -> i64 {
    ended.map_or_else(|| now.get(), |ended| ended.timestamp()) - started.timestamp()
}

fn step_state_name(state: StepState) -> String {
    let i18n = use_i18n();
    match state {
        StepState::Pending => say!(i18n, tasks.step_pending),
        StepState::Running => say!(i18n, tasks.step_running),
        StepState::Done => say!(i18n, tasks.step_done),
        StepState::Failed => say!(i18n, tasks.step_failed),
        StepState::Undoing => say!(i18n, tasks.step_undoing),
        StepState::Undone => say!(i18n, tasks.step_undone),
    }
}

/// The ids of Proxmox's tasks, for whoever looks there; nothing where none ran.
#[component]
pub fn TaskUpids(
    /// The task.
    #[prop(into)]
    detail: Signal<TaskDetail>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let upids = Memo::new(move |_| {
        detail.with(|detail| {
            let steps = detail.steps.iter();
            steps
                .filter_map(|step| Some((step.name, step.upid.clone()?)))
                .collect::<Vec<_>>()
        })
    });
    move || {
        let upids = upids.get();
        if upids.is_empty() {
            return None;
        }
        let rows: Vec<_> = upids
            .into_iter()
            .map(|(name, upid)| {
                view! {
                    <Description term=Signal::derive(move || name.name(lang.get()).to_owned())>
                        <span class="task-upid">
                            <code>{upid.clone()}</code>
                            <CopyButton
                                text=upid
                                label=text!(i18n, tasks.copy_upid)
                                copied_label=text!(i18n, tasks.copied)
                            />
                        </span>
                    </Description>
                }
            })
            .collect();
        Some(view! {
            <details class="task-upids">
                <summary>{text!(i18n, tasks.upids)}</summary>
                <DescriptionList>{rows}</DescriptionList>
            </details>
        })
    }
}
