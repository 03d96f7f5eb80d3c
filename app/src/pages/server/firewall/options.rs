//! The switch, the policies and the logs of the server's own firewall, whether it has groups or none.

use drover_types::{
    firewall::{Action, GuestChange, GuestOptions, LogLevel},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;

use super::reader::Reader;
use crate::{
    rpc,
    session::use_session,
    shared::{ErrorCallout, use_form_error, use_refusal},
    texts::{say, text, use_i18n},
};

/// What stands in the form.
#[derive(Clone, Copy)]
struct Form {
    enabled: RwSignal<bool>,
    policy_in: RwSignal<String>,
    policy_out: RwSignal<String>,
    log_in: RwSignal<String>,
    log_out: RwSignal<String>,
    /// What it was filled with: where somebody else was faster, that is told.
    known: RwSignal<GuestOptions>,
}

/// A word as a choice; nothing where nobody has set one.
fn word<T: ToString>(of: Option<T>) -> String {
    of.map(|word| word.to_string()).unwrap_or_default()
}

impl Form {
    fn new() -> Self {
        Self {
            enabled: RwSignal::new(false),
            policy_in: RwSignal::new(String::new()),
            policy_out: RwSignal::new(String::new()),
            log_in: RwSignal::new(String::new()),
            log_out: RwSignal::new(String::new()),
            known: RwSignal::new(GuestOptions::default()),
        }
    }

    fn fill(self, options: GuestOptions) {
        self.enabled.set(options.enabled);
        self.policy_in.set(word(options.policy_in));
        self.policy_out.set(word(options.policy_out));
        self.log_in.set(word(options.log_in));
        self.log_out.set(word(options.log_out));
        self.known.set(options);
    }

    /// What is to be changed: only what is another than it was. Tracked.
    fn change(self) -> Option<GuestChange> {
        let known = self.known.get();
        let action = |field: RwSignal<String>, was: Option<Action>| {
            let now = field.with(|text| text.parse().ok());
            now.filter(|_| now != was)
        };
        let level = |field: RwSignal<String>, was: Option<LogLevel>| {
            let now = field.with(|text| text.parse().ok());
            now.filter(|_| now != was)
        };
        let enabled = self.enabled.get();
        let change = GuestChange {
            enabled: Some(enabled).filter(|on| *on != known.enabled),
            policy_in: action(self.policy_in, known.policy_in),
            policy_out: action(self.policy_out, known.policy_out),
            log_in: level(self.log_in, known.log_in),
            log_out: level(self.log_out, known.log_out),
            digest: None,
        };
        let digest = Some(known.digest).filter(|digest| !digest.is_empty());
        (change != GuestChange::default()).then_some(GuestChange { digest, ..change })
    }
}

/// The card.
#[component]
pub fn Options(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let form = Form::new();
    let busy = RwSignal::new(false);
    let error = use_form_error();
    let found = Memo::new(move |_| reader.with(|firewall| firewall.options.clone()));
    // What is edited stays.
    Effect::new(move |_| {
        let now = found.get();
        if untrack(|| form.change().is_none()) {
            form.fill(now);
        }
    });
    let changing = use_refusal(Permission::AssignFirewallGroups);
    let hindrance = reader.hindrance();
    let change = Memo::new(move |_| form.change());
    let unchanged = Signal::derive(move || {
        let is_same = change.with(Option::is_none);
        is_same.then(|| say!(i18n, server_firewall.unchanged))
    });
    let refusal = Signal::derive(move || {
        unchanged
            .get()
            .or_else(|| changing.get())
            .or_else(|| hindrance.get())
    });
    let save = move |_| {
        let (Some(id), Some(change)) = (reader.id(), change.get_untracked()) else {
            return;
        };
        busy.set(true);
        error.clear();
        spawn_local(async move {
            let answer = session.heeded(rpc::firewall::change_server_firewall(id, change).await);
            busy.try_set(false);
            match answer {
                Ok(now) => form.fill(now),
                Err(problem) => {
                    // What there is by now is what the next try is about; what is chosen stays.
                    if let Some(Ok(now)) = problem.details.get("current").map(GuestOptions::deserialize) {
                        form.known.try_set(now);
                    }
                    error.set(problem);
                }
            }
            reader.load();
        });
    };
    let actions = options(Action::ALL.iter().map(|one| one.as_str()));
    let levels = options(LogLevel::ALL.iter().map(|one| one.as_str()));
    let own = Signal::derive(move || Some(say!(i18n, server_firewall.not_set)));
    let select = move |label: Signal<String>, value: RwSignal<String>, options, field: &'static str| {
        view! { <Select label=label value=value options=options placeholder=own error=error.field(field) /> }
    };
    view! {
        <Card title=text!(i18n, server_firewall.options)>
            <div class="server-firewall__stack">
                <Switch
                    label=text!(i18n, server_firewall.guest_switch)
                    value=form.enabled
                    hint=Signal::derive(move || Some(say!(i18n, server_firewall.guest_switch_hint)))
                />
                <div class="form-page__grid">
                    {select(text!(i18n, server_firewall.policy_in), form.policy_in, actions, "policy_in")}
                    {select(text!(i18n, server_firewall.policy_out), form.policy_out, actions, "policy_out")}
                    {select(text!(i18n, server_firewall.log_in), form.log_in, levels, "log_in")}
                    {select(text!(i18n, server_firewall.log_out), form.log_out, levels, "log_out")}
                </div>
                {move || error.whole().map(|error| view! { <ErrorCallout error=error /> })}
                <div class="server-firewall__buttons">
                    <Button disabled=unchanged on_click=move |_| form.fill(found.get_untracked())>
                        {text!(i18n, server_firewall.discard)}
                    </Button>
                    <Button disabled=refusal busy=busy on_click=save>
                        {text!(i18n, server_firewall.save_options)}
                    </Button>
                </div>
            </div>
        </Card>
    }
}

fn options(words: impl Iterator<Item = &'static str>) -> Signal<Vec<SelectOption>> {
    Signal::stored(words.map(|word| SelectOption::new(word, word)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_changed_is_sent() {
        Owner::new().with(|| {
            let form = Form::new();
            form.fill(GuestOptions {
                enabled: true,
                policy_in: Some(Action::Drop),
                log_out: Some(LogLevel::Info),
                digest: "known".into(),
                ..GuestOptions::default()
            });
            assert_eq!(form.change(), None);
            form.policy_out.set("REJECT".to_owned());
            form.enabled.set(false);
            let expected = GuestChange {
                enabled: Some(false),
                policy_out: Some(Action::Reject),
                digest: Some("known".into()),
                ..GuestChange::default()
            };
            assert_eq!(form.change(), Some(expected));
        });
    }
}
