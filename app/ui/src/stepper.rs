//! The steps of a long action: what is done, what runs, what is to come.

use leptos::prelude::*;

use crate::{Icon, IconName, Progress, Spinner, Tone};

/// How far a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Not started.
    #[default]
    Pending,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// Went wrong.
    Failed,
    /// Not needed.
    Skipped,
    /// Stopped by somebody.
    Cancelled,
    /// Done once, then taken back.
    Undone,
}

impl StepState {
    /// The value of the `data-state` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
            Self::Undone => "undone",
        }
    }

    const fn icon(self) -> IconName {
        match self {
            Self::Pending | Self::Running => IconName::Circle,
            Self::Done => IconName::CheckCircle,
            Self::Failed => IconName::XCircle,
            Self::Skipped => IconName::Minus,
            Self::Cancelled => IconName::Stop,
            Self::Undone => IconName::Undo,
        }
    }
}

/// One step of a [`Stepper`].
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub label: String,
    /// How far it is.
    pub state: StepState,
    /// The state in words, for screen readers.
    pub state_label: String,
    /// How far it is, from 0 to 100; `None` where nobody knows.
    pub progress: Option<f64>,
    /// How long it took or has taken, in words.
    pub duration: Option<String>,
    /// What went wrong, or what it found out.
    pub detail: Option<String>,
}

impl Step {
    /// A step with its state, which reads as `state_label`.
    pub fn new(label: impl Into<String>, state: StepState, state_label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            state,
            state_label: state_label.into(),
            progress: None,
            duration: None,
            detail: None,
        }
    }

    /// The same step, `percent` far.
    #[must_use]
    pub fn progress(mut self, percent: f64) -> Self {
        self.progress = Some(percent);
        self
    }

    /// The same step with its duration.
    #[must_use]
    pub fn duration(mut self, text: impl Into<String>) -> Self {
        self.duration = Some(text.into());
        self
    }

    /// The same step with a remark under it.
    #[must_use]
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }
}

/// The steps of a long action, one under the other.
#[component]
pub fn Stepper(
    /// What the steps make up, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The steps, in order.
    #[prop(into)]
    steps: Signal<Vec<Step>>,
) -> impl IntoView {
    let count = Memo::new(move |_| steps.with(Vec::len));
    let step = move |index: usize| Memo::new(move |_| steps.with(|steps| steps.get(index).cloned()));
    view! {
        <ol class="stepper" aria-label=move || label.get()>
            <For each=move || 0..count.get() key=|index| *index let:index>
                <StepRow step=step(index) />
            </For>
        </ol>
    }
}

#[component]
fn StepRow(step: Memo<Option<Step>>) -> impl IntoView {
    let state =
        Memo::new(move |_| step.with(|step| step.as_ref().map(|step| step.state).unwrap_or_default()));
    let part = move |read: fn(&Step) -> Option<String>| {
        Memo::new(move |_| step.with(|step| step.as_ref().and_then(read)))
    };
    let label = part(|step| Some(step.label.clone()));
    let state_label = part(|step| Some(step.state_label.clone()));
    let duration = part(|step| step.duration.clone());
    let detail = part(|step| step.detail.clone());
    let progress = Memo::new(move |_| {
        step.with(|step| {
            step.as_ref()
                .filter(|step| step.state == StepState::Running)?
                .progress
        })
    });
    view! {
        <li class="stepper__step" data-state=move || state.get().as_str()>
            <span class="stepper__mark">
                {move || {
                    if state.get() == StepState::Running {
                        view! { <Spinner /> }.into_any()
                    } else {
                        view! { <Icon name=state.get().icon() /> }.into_any()
                    }
                }}
            </span>
            <span class="stepper__label">
                {move || label.get()} <span class="visually-hidden">{move || state_label.get()}</span>
            </span>
            <span class="stepper__duration">{move || duration.get()}</span>
            {move || {
                progress
                    .with(Option::is_some)
                    .then(|| {
                        view! {
                            <div class="stepper__progress">
                                <Progress
                                    label=move || label.get().unwrap_or_default()
                                    value=progress
                                    tone=Tone::Info
                                    show_value=true
                                />
                            </div>
                        }
                    })
            }}
            {move || detail.get().map(|text| view! { <p class="stepper__detail">{text}</p> })}
        </li>
    }
}
