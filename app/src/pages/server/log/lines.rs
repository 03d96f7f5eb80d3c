//! A log as it was read: its lines, when that was, and ways to take it along.

use drover_types::logs::ServerLog;
use drover_ui::prelude::*;
use leptos::{html, prelude::*};

use crate::{
    paths,
    shared::{local_clock, use_utc_offset},
    texts::{say, text, use_i18n},
};

/// The lines, the newest in sight.
#[component]
pub fn Lines(log: ServerLog, #[prop(into)] follows: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let offset = use_utc_offset();
    if log.lines.is_empty() {
        return view! { <EmptyState title=text!(i18n, server.log_empty) icon=IconName::Console /> }
            .into_any();
    }
    let all = log.lines.join("\n");
    // A link to the text itself: the browser keeps it as a file, without another question to Drover.
    let address = paths::text_file(&all);
    let file = format!("{}-{}.log", log.server, log.kind.as_str());
    let count = log.lines.len();
    let element = NodeRef::<html::Pre>::new();
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            // The lines are in place in the next frame.
            request_animation_frame(move || element.set_scroll_top(element.scroll_height()));
        }
    });
    let read_at = log.read_at;
    view! {
        <div class="server-log">
            <pre
                node_ref=element
                class="server-log__lines"
                role="log"
                aria-live=move || if follows.get() { "polite" } else { "off" }
                tabindex="0"
                aria-label=text!(i18n, server.log)
            >
                {all.clone()}
            </pre>
            <footer class="server-log__foot">
                <span>
                    {move || {
                        let at = local_clock(read_at, offset.get());
                        say!(i18n, server.log_read, count = count, at = at)
                    }}
                </span>
                <span class="server-log__take">
                    <CopyButton
                        text=all
                        label=text!(i18n, server.log_copy)
                        copied_label=text!(i18n, server.copied)
                    />
                    <a class="button" data-variant="ghost" data-size="small" href=address download=file>
                        <Icon name=IconName::Download />
                        <span class="button__text">{text!(i18n, server.log_download)}</span>
                    </a>
                </span>
            </footer>
        </div>
    }
    .into_any()
}
