//! A task's log: follows its end until the reader scrolls up.

use drover_types::task::{LogLine, TaskDetail};
use drover_ui::prelude::*;
use leptos::{html, prelude::*};

use super::{
    local_time::{local_clock, use_utc_offset},
    task_message::{Kind, TaskMessage},
};
use crate::texts::{text, use_i18n};

/// How near to its end, in pixels, a log counts as read to the end.
const NEAR: i32 = 24;

/// The log.
#[component]
pub fn TaskLog(
    /// The task.
    #[prop(into)]
    detail: Signal<TaskDetail>,
) -> impl IntoView {
    let i18n = use_i18n();
    let element = NodeRef::<html::Div>::new();
    let follows = RwSignal::new(true);
    let lines = Memo::new(move |_| detail.with(|detail| detail.log.clone()));
    let offset = use_utc_offset();
    let to_the_end = move || {
        // By the next frame the log may be gone.
        if let Some(element) = element.try_get_untracked().flatten() {
            element.set_scroll_top(element.scroll_height());
        }
    };
    Effect::new(move |_| {
        lines.track();
        if follows.get() {
            // The lines are in place in the next frame.
            request_animation_frame(to_the_end);
        }
    });
    let scrolled = move |_| {
        if let Some(element) = element.get_untracked() {
            let rest = element.scroll_height() - element.scroll_top() - element.client_height();
            follows.set(rest <= NEAR);
        }
    };
    view! {
        <div class="task-log">
            <div
                node_ref=element
                class="task-log__lines"
                role="log"
                tabindex="0"
                aria-label=text!(i18n, tasks.log)
                on:scroll=scrolled
            >
                <For each=move || lines.get() key=|line| line.number let:line>
                    <Line line=line offset=offset />
                </For>
            </div>
            {move || {
                (!follows.get())
                    .then(|| {
                        view! {
                            <div class="task-log__follow">
                                <Button size=ButtonSize::Small icon=IconName::ArrowDown on_click=move |_| follows.set(true)>
                                    {text!(i18n, tasks.follow)}
                                </Button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

#[component]
fn Line(line: LogLine, offset: Signal<i64>) -> impl IntoView {
    let (kind, at) = (Kind::of(&line.message), line.at);
    view! {
        <div class="task-log__line" data-kind=kind.map(Kind::as_str)>
            <time class="task-log__time" datetime=at.to_rfc3339()>
                {move || local_clock(at, offset.get())}
            </time>
            <div class="task-log__text">
                <TaskMessage message=line.message />
            </div>
        </div>
    }
}
