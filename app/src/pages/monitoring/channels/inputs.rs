//! The fields of the form, in their order: those that every channel has, and those of its kind.

use drover_types::channel::{ChannelKind, MailSecurity};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    fields::{ChannelFields, security_key},
    names::kind_name,
    routes::RoutesInput,
};
use crate::{
    shared::FormError,
    texts::{say, text, use_i18n, use_lang},
};

/// All of them. A channel that is there keeps its kind.
#[component]
pub(super) fn ChannelInputs(fields: ChannelFields, is_new: Memo<bool>, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let kinds = Signal::derive(move || {
        let option = |kind: &ChannelKind| SelectOption::new(kind.as_str(), kind_name(*kind));
        ChannelKind::ALL.iter().map(option).collect::<Vec<_>>()
    });
    let kind = Bound::new(
        move || fields.kind.get().as_str().to_owned(),
        move |name: String| {
            if let Some(kind) = ChannelKind::ALL.iter().find(|kind| kind.as_str() == name) {
                fields.kind.set(*kind);
                fields.secret.set(String::new());
                error.clear();
            }
        },
    );
    let languages = Signal::derive(move || {
        vec![
            SelectOption::new("ko", say!(i18n, channels.korean)),
            SelectOption::new("en", say!(i18n, channels.english)),
        ]
    });
    view! {
        <TextInput
            label=text!(i18n, channels.name)
            value=fields.name
            required=true
            autocomplete="off"
            error=error.field("name")
        />
        {move || {
            is_new.get().then(|| view! { <Select label=text!(i18n, channels.kind) value=kind options=kinds /> })
        }}
        {move || match fields.kind.get() {
            ChannelKind::Email => view! { <MailInputs fields=fields error=error /> }.into_any(),
            kind => view! { <WebInputs fields=fields kind=kind error=error /> }.into_any(),
        }}
        <Select label=text!(i18n, channels.language) value=fields.language options=languages />
        <RoutesInput fields=fields error=error />
        <Switch label=text!(i18n, channels.enabled) value=fields.enabled />
    }
}

/// What is wrong with a list or with one of its items, the first of them.
fn first_of(
    error: FormError,
    list: &'static str,
    count: impl Fn() -> usize + Send + Sync + 'static,
) -> Signal<Option<String>> {
    let lang = use_lang();
    Signal::derive(move || {
        let items = (0..count()).find_map(|index| error.at(&format!("{list}[{index}]")));
        Some(error.at(list).or(items)?.text(lang.get()))
    })
}

/// Where mail is handed in, and to whom it goes.
#[component]
fn MailInputs(fields: ChannelFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let ways = Signal::derive(move || {
        let option = |security, name: String| SelectOption::new(security_key(security), name);
        vec![
            option(MailSecurity::StartTls, say!(i18n, channels.starttls)),
            option(MailSecurity::Tls, say!(i18n, channels.tls)),
            option(MailSecurity::None, say!(i18n, channels.no_tls)),
        ]
    });
    let recipients = move || fields.to.with(|text| super::route_fields::listed(text).len());
    view! {
        <TextInput
            label=text!(i18n, channels.host)
            value=fields.host
            required=true
            monospace=true
            autocomplete="off"
            error=error.field("settings.host")
        />
        <NumberInput
            label=text!(i18n, channels.port)
            value=fields.port
            min=Signal::stored(Some(1))
            max=Signal::stored(Some(65_535))
            error=error.field("settings.port")
        />
        <Select label=text!(i18n, channels.security) value=fields.security options=ways />
        <TextInput
            label=text!(i18n, channels.username)
            value=fields.username
            autocomplete="off"
            hint=Signal::derive(move || Some(say!(i18n, channels.username_hint)))
            error=error.field("settings.username")
        />
        <Secret
            label=text!(i18n, channels.password)
            fields=fields
            error=error.field("settings.password")
        />
        <TextInput
            label=text!(i18n, channels.from)
            value=fields.from
            required=true
            input_type="email"
            autocomplete="off"
            error=error.field("settings.from")
        />
        <TextArea
            label=text!(i18n, channels.to)
            value=fields.to
            required=true
            rows=3
            hint=Signal::derive(move || Some(say!(i18n, channels.to_hint)))
            error=first_of(error, "settings.to", recipients)
        />
        <TextArea
            label=text!(i18n, channels.authorities)
            value=fields.authorities
            rows=3
            monospace=true
            hint=Signal::derive(move || Some(say!(i18n, channels.authorities_hint)))
            error=error.field("settings.authorities")
        />
    }
}

/// Where the others lead.
#[component]
fn WebInputs(fields: ChannelFields, kind: ChannelKind, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let url = (kind != ChannelKind::Slack).then(|| {
        view! {
            <TextInput
                label=text!(i18n, channels.url)
                value=fields.url
                required=true
                monospace=true
                autocomplete="off"
                placeholder=Signal::stored(Some("https://".to_owned()))
                error=error.field("settings.url")
            />
        }
    });
    let topic = (kind == ChannelKind::Ntfy).then(|| {
        view! {
            <TextInput
                label=text!(i18n, channels.topic)
                value=fields.topic
                required=true
                monospace=true
                autocomplete="off"
                error=error.field("settings.topic")
            />
        }
    });
    let is_required = kind == ChannelKind::Gotify;
    let secret = match kind {
        ChannelKind::Webhook => view! {
            <Secret
                label=text!(i18n, channels.secret)
                required=true
                hint=Signal::derive(move || Some(say!(i18n, channels.secret_hint)))
                fields=fields
                error=error.field("settings.secret")
            />
        }
        .into_any(),
        ChannelKind::Slack => view! {
            <Secret
                label=text!(i18n, channels.slack_url)
                required=true
                hint=Signal::derive(move || Some(say!(i18n, channels.slack_url_hint)))
                fields=fields
                error=error.field("settings.url")
            />
        }
        .into_any(),
        ChannelKind::Email | ChannelKind::Gotify | ChannelKind::Ntfy => view! {
            <Secret
                label=text!(i18n, channels.token)
                required=is_required
                fields=fields
                error=error.field("settings.token")
            />
        }
        .into_any(),
    };
    view! {
        {url}
        {topic}
        {secret}
    }
}

/// The field that nobody is shown again.
#[component]
fn Secret(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    fields: ChannelFields,
    #[prop(into)] error: Signal<Option<String>>,
    /// Whether it has to be filled in.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <PasswordInput
            label=label
            value=fields.secret
            required=required
            hint=hint
            show_label=text!(i18n, channels.show_secret)
            hide_secret_label=text!(i18n, channels.hide_secret)
            autocomplete="new-password"
            error=error
        />
    }
}
