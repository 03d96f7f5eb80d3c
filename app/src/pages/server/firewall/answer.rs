//! What becomes of the connection that was asked about, and why.

use drover_types::firewall::{CheckNote, Outcome, Question};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    because::{because, note},
    reader::{Answer, Reader},
};
use crate::{
    shared::direction_name,
    texts::{say, text, use_i18n, use_lang},
};

/// What was asked. Tracked.
fn asked(question: &Question) -> String {
    let i18n = use_i18n();
    let mut words = vec![
        direction_name(question.direction),
        question.protocol.to_uppercase(),
    ];
    words.extend(question.port.map(|port| port.to_string()));
    words.extend(question.nic.clone());
    let (what, peer) = (words.join(" "), question.peer.to_string());
    say!(i18n, server_firewall.asked, what = what, peer = peer)
}

/// The verdict, while there is one. The frame is there before, so that screen readers say what comes into it.
#[component]
pub(super) fn Said(reader: Reader) -> impl IntoView {
    let show = |answer: Answer| view! { <Verdict answer=answer /> };
    view! { <div role="status">{move || reader.answer.get().map(show)}</div> }
}

#[component]
fn Verdict(answer: Answer) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let Answer { question, verdict } = answer;
    let outcome = verdict.outcome;
    let tone = match outcome {
        Outcome::Passes => Tone::Success,
        Outcome::Dropped | Outcome::Rejected => Tone::Danger,
        Outcome::NotFiltered => Tone::Warning,
    };
    let title = Signal::derive(move || {
        Some(match outcome {
            Outcome::Passes => say!(i18n, server_firewall.passes),
            Outcome::Dropped => say!(i18n, server_firewall.dropped),
            Outcome::Rejected => say!(i18n, server_firewall.rejected),
            Outcome::NotFiltered => say!(i18n, server_firewall.passes_unfiltered),
        })
    });
    let notes = verdict.notes;
    let has_notes = !notes.is_empty();
    let line = move |one: CheckNote| {
        view! { <li>{move || note(&one, lang.get())}</li> }
    };
    view! {
        <Callout tone=tone title=title>
            <p>{move || because(&verdict.because)}</p>
            <p class="server-firewall__hint">{move || asked(&question)}</p>
            {has_notes
                .then(|| {
                    view! {
                        <ul class="server-firewall__notes" aria-label=text!(i18n, server_firewall.notes)>
                            {notes.into_iter().map(line).collect_view()}
                        </ul>
                    }
                })}
        </Callout>
    }
}
