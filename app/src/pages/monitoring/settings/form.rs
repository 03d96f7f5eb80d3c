//! The form of the settings.

use drover_types::{error::ApiError, monitoring::MonitoringSettings};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{fields::SettingsFields, quiet::QuietInputs};
use crate::{
    pages::monitoring::{charts::ranges, known::Known},
    rpc,
    session::use_session,
    shared::{FormError, use_admin_refusal, use_form_error},
    texts::{say, text, use_i18n},
};

/// The settings as they are now, where a change was refused because they are not as they were seen any more.
fn current_of(error: &ApiError) -> Option<MonitoringSettings> {
    let current = error.details.get("current")?.clone();
    serde_json::from_value(current).ok()
}

/// Whether alerts are raised, when nobody is told, and whether servers are asked themselves.
#[component]
pub(super) fn SettingsForm(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let refusal = use_admin_refusal();
    let error = use_form_error();
    let busy = RwSignal::new(false);
    // What somebody else has made of them while these were typed.
    let theirs = RwSignal::new(None::<MonitoringSettings>);
    let settings = Memo::new(move |_| known.state.with(|state| state.settings.clone()));
    let fields = SettingsFields::new(&settings.get_untracked());
    // What others set shows at once, where nothing has been typed over it. What was saved here comes back as what stands
    // in the fields.
    Effect::new(move |last: Option<MonitoringSettings>| {
        let now = settings.get();
        let typed = untrack(|| fields.read());
        if is_same(&typed, &now) || last.is_some_and(|last| is_same(&typed, &last)) {
            fields.fill(&now);
            theirs.set(None);
        }
        now
    });
    let is_changed = Memo::new(move |_| {
        let now = fields.read();
        settings.with(|settings| !is_same(&now, settings))
    });
    let disabled = Signal::derive(move || {
        let same = || (!is_changed.get()).then(|| say!(i18n, monitoring.nothing_changed));
        refusal.get().or_else(same)
    });
    let saved = text!(i18n, monitoring.saved);
    let save = move || {
        let wanted = untrack(|| fields.read());
        busy.set(true);
        error.clear();
        spawn_local(async move {
            let answer = session.heeded(rpc::monitoring::set_monitoring_settings(wanted).await);
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    theirs.try_set(None);
                    toasts.show(Toast::success(saved.get_untracked()));
                    known.monitoring.load();
                }
                Err(problem) => {
                    if let Some(current) = current_of(&problem) {
                        fields.save_over(&current);
                        theirs.try_set(Some(current));
                        known.monitoring.load();
                    }
                    error.set(problem);
                }
            }
        });
    };
    let whole = error.text();
    view! {
        <Card title=text!(i18n, monitoring.alerting)>
            <form
                class="monitoring__form"
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                <Inputs fields=fields error=error refusal=refusal />
                {move || theirs.get().map(|current| view! { <Theirs current=current fields=fields theirs=theirs /> })}
                {move || whole.get().map(|text| view! { <Callout tone=Tone::Danger announce=true>{text}</Callout> })}
                <div>
                    <Button
                        kind=ButtonKind::Submit
                        variant=ButtonVariant::Primary
                        busy=busy
                        disabled=disabled
                    >
                        {text!(i18n, common.save)}
                    </Button>
                </div>
            </form>
        </Card>
    }
}

/// The fields, in their order.
#[component]
fn Inputs(
    fields: SettingsFields,
    error: FormError,
    #[prop(into)] refusal: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Switch
            label=text!(i18n, monitoring.raise_alerts)
            value=fields.enabled
            hint=Signal::derive(move || Some(say!(i18n, monitoring.raise_alerts_hint)))
            disabled=refusal
        />
        <Switch
            label=text!(i18n, monitoring.ask_agents)
            value=fields.ask_agents
            hint=Signal::derive(move || Some(say!(i18n, monitoring.ask_agents_hint)))
            disabled=refusal
        />
        <Select
            label=text!(i18n, monitoring.default_range)
            value=fields.default_range
            options=ranges()
            disabled=refusal
        />
        <Switch
            label=text!(i18n, monitoring.quiet_hours)
            value=fields.is_quiet
            hint=Signal::derive(move || Some(say!(i18n, monitoring.quiet_hours_hint)))
            disabled=refusal
        />
        {move || {
            fields
                .is_quiet
                .get()
                .then(|| view! { <QuietInputs fields=fields error=error refusal=refusal /> })
        }}
    }
}

/// Whether both say the same, whenever each was saved.
fn is_same(one: &MonitoringSettings, other: &MonitoringSettings) -> bool {
    let revision = other.revision;
    MonitoringSettings {
        revision,
        ..one.clone()
    } == *other
}

/// Somebody else has changed them: what stands in the form can be let go for theirs, or saved over it.
#[component]
fn Theirs(
    current: MonitoringSettings,
    fields: SettingsFields,
    theirs: RwSignal<Option<MonitoringSettings>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let take = move |_| {
        fields.fill(&current);
        theirs.set(None);
    };
    view! {
        <Callout tone=Tone::Warning title=text!(i18n, monitoring.settings_changed) announce=true>
            <p>{text!(i18n, common.save_again)}</p>
            <Button size=ButtonSize::Small on_click=take>
                {text!(i18n, channels.take_theirs)}
            </Button>
        </Callout>
    }
}
