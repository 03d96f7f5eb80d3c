//! What stands in the form of a channel.

use drover_types::{
    channel::{ChannelInput, ChannelKind, ChannelSettings, MailSecurity, Route},
    lang::Lang,
    notification::Level,
};
use leptos::prelude::*;

use super::route_fields::{RouteFields, listed};

/// The port on which mail is handed in (RFC 6409).
const SUBMISSION: i64 = 587;

/// The fields; cheap to copy. Those that the kind does not have are left alone.
#[derive(Clone, Copy)]
pub(super) struct ChannelFields {
    pub name: RwSignal<String>,
    pub kind: RwSignal<ChannelKind>,
    pub language: RwSignal<String>,
    pub enabled: RwSignal<bool>,
    pub url: RwSignal<String>,
    pub topic: RwSignal<String>,
    /// Password, token, address of Slack or what bodies are signed with.
    pub secret: RwSignal<String>,
    pub host: RwSignal<String>,
    pub port: RwSignal<Option<i64>>,
    pub security: RwSignal<String>,
    pub username: RwSignal<String>,
    pub from: RwSignal<String>,
    /// One on each line.
    pub to: RwSignal<String>,
    pub authorities: RwSignal<String>,
    pub routes: RwSignal<Vec<RouteFields>>,
    /// Routes live as long as the form, whoever adds one; and the number of the next.
    home: StoredValue<(Owner, u32)>,
}

/// What a way of securing mail is called in the form.
pub(super) const fn security_key(security: MailSecurity) -> &'static str {
    match security {
        MailSecurity::StartTls => "starttls",
        MailSecurity::Tls => "tls",
        MailSecurity::None => "none",
    }
}

impl ChannelFields {
    /// Empty ones.
    pub fn new() -> Self {
        let [name, language, url, topic, secret] = [(); 5].map(|()| RwSignal::new(String::new()));
        let [host, security, username, from, to, authorities] =
            [(); 6].map(|()| RwSignal::new(String::new()));
        Self {
            name,
            kind: RwSignal::new(ChannelKind::Email),
            language,
            enabled: RwSignal::new(true),
            url,
            topic,
            secret,
            host,
            port: RwSignal::new(Some(SUBMISSION)),
            security,
            username,
            from,
            to,
            authorities,
            routes: RwSignal::new(Vec::new()),
            home: StoredValue::new((Owner::current().unwrap_or_default(), 0)),
        }
    }

    /// A new channel as it is usually made: mail of what is a warning or worse.
    pub fn usual(language: Lang) -> ChannelInput {
        ChannelInput {
            name: String::new(),
            enabled: true,
            language,
            settings: ChannelSettings::Email {
                host: String::new(),
                port: 587,
                security: MailSecurity::StartTls,
                username: String::new(),
                password: String::new(),
                from: String::new(),
                to: Vec::new(),
                authorities: String::new(),
            },
            routes: vec![Route::from_level(Level::Warning)],
        }
    }

    /// Shows `channel`.
    pub fn fill(self, channel: &ChannelInput) {
        self.name.set(channel.name.clone());
        self.enabled.set(channel.enabled);
        self.language.set(channel.language.code().to_owned());
        self.kind.set(channel.settings.kind());
        self.secret.set(channel.settings.secret().to_owned());
        for field in [self.url, self.topic, self.host, self.username, self.from, self.to] {
            field.set(String::new());
        }
        self.authorities.set(String::new());
        self.port.set(Some(SUBMISSION));
        self.security
            .set(security_key(MailSecurity::default()).to_owned());
        match &channel.settings {
            ChannelSettings::Email {
                host,
                port,
                security,
                username,
                from,
                to,
                authorities,
                ..
            } => {
                self.host.set(host.clone());
                self.port.set(Some((*port).into()));
                self.security.set(security_key(*security).to_owned());
                self.username.set(username.clone());
                self.from.set(from.clone());
                self.to.set(to.join("\n"));
                self.authorities.set(authorities.clone());
            }
            ChannelSettings::Webhook { url, .. } | ChannelSettings::Gotify { url, .. } => {
                self.url.set(url.clone());
            }
            ChannelSettings::Slack { .. } => {}
            ChannelSettings::Ntfy { url, topic, .. } => {
                self.url.set(url.clone());
                self.topic.set(topic.clone());
            }
        }
        self.routes.set(Vec::new());
        for route in &channel.routes {
            self.add_route(route);
        }
    }

    /// Shows another route.
    pub fn add_route(self, route: &Route) {
        let (owner, id) = self.home.get_value();
        self.home.update_value(|(_, next)| *next += 1);
        let of = || RouteFields::of(id, route);
        let fields = owner.with(of);
        self.routes.update(|routes| routes.push(fields));
    }

    /// What they say. Tracked.
    pub fn read(self) -> ChannelInput {
        let secret = self.secret.get();
        let settings = match self.kind.get() {
            ChannelKind::Email => ChannelSettings::Email {
                host: self.host.get(),
                // What is no port is told to be none.
                port: self.port.get().and_then(|port| port.try_into().ok()).unwrap_or(0),
                security: match self.security.get().as_str() {
                    "tls" => MailSecurity::Tls,
                    "none" => MailSecurity::None,
                    _ => MailSecurity::StartTls,
                },
                username: self.username.get(),
                password: secret,
                from: self.from.get(),
                to: self.to.with(|text| listed(text)),
                authorities: self.authorities.get(),
            },
            ChannelKind::Webhook => ChannelSettings::Webhook {
                url: self.url.get(),
                secret,
            },
            ChannelKind::Slack => ChannelSettings::Slack { url: secret },
            ChannelKind::Gotify => ChannelSettings::Gotify {
                url: self.url.get(),
                token: secret,
            },
            ChannelKind::Ntfy => ChannelSettings::Ntfy {
                url: self.url.get(),
                topic: self.topic.get(),
                token: secret,
            },
        };
        ChannelInput {
            name: self.name.get(),
            enabled: self.enabled.get(),
            language: Lang::from_code(&self.language.get()).unwrap_or_default(),
            settings,
            routes: self
                .routes
                .with(|routes| routes.iter().map(|route| route.read()).collect()),
        }
        .trimmed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_read_again() {
        let owner = Owner::new();
        owner.with(|| {
            let fields = ChannelFields::new();
            let mail = ChannelInput {
                name: "Operations".into(),
                settings: ChannelSettings::Email {
                    host: "mail.example.org".into(),
                    port: 25,
                    security: MailSecurity::None,
                    username: "drover".into(),
                    password: "word".into(),
                    from: "drover@example.org".into(),
                    to: vec!["a@example.org".into(), "b@example.org".into()],
                    authorities: String::new(),
                },
                routes: vec![
                    Route::from_level(Level::Error),
                    Route {
                        categories: vec!["backup".into()],
                        tags: vec!["prod".into(), "web".into()],
                        servers: vec!["db-1".into()],
                        ..Route::from_level(Level::Info)
                    },
                ],
                ..ChannelFields::usual(Lang::En)
            };
            let with = |settings| ChannelInput {
                settings,
                enabled: false,
                ..mail.clone()
            };
            let url = || "https://example.org/x".to_owned();
            for channel in [
                mail.clone(),
                with(ChannelSettings::Webhook {
                    url: url(),
                    secret: "secret".into(),
                }),
                with(ChannelSettings::Slack { url: url() }),
                with(ChannelSettings::Gotify {
                    url: url(),
                    token: "token".into(),
                }),
                with(ChannelSettings::Ntfy {
                    url: url(),
                    topic: "drover".into(),
                    token: String::new(),
                }),
            ] {
                fields.fill(&channel);
                assert_eq!(fields.read(), channel);
            }
        });
    }
}
