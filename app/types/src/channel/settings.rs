//! Where a channel leads.

use serde::{Deserialize, Serialize};

use super::trouble::ChannelTrouble;
use crate::error::FieldProblems;
use crate::text::Problem;

/// What stands in the place of a secret in an answer; sent back, the secret stays as it is.
pub const MASK: &str = "********";

/// The longest address of a page.
const LONGEST_URL: u32 = 2_000;
/// The longest of the other texts.
const LONGEST: u32 = 255;
/// The most people that one channel writes to.
const MOST_RECIPIENTS: u32 = 50;
/// A shorter secret could be guessed from a signature.
const SHORTEST_SECRET: u32 = 16;

/// What kind of channel it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// E-mail by SMTP.
    Email,
    /// JSON to an address, signed.
    Webhook,
    /// An incoming webhook of Slack, or of what understands the same: Mattermost, Rocket.Chat.
    Slack,
    /// A Gotify server.
    Gotify,
    /// An ntfy server.
    Ntfy,
}

impl ChannelKind {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Email, Self::Webhook, Self::Slack, Self::Gotify, Self::Ntfy];

    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Gotify => "gotify",
            Self::Ntfy => "ntfy",
        }
    }
}

/// How the way to a mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// It begins in the clear and must change to TLS before anything is told (RFC 3207).
    #[default]
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None: for a relay on the same machine.
    None,
}

/// Where a channel leads, and what it shows there to be let in. Of each kind one field is secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ChannelSettings {
    /// E-mail.
    Email {
        /// The mail server.
        host: String,
        /// Its port.
        port: u16,
        /// How the way there is secured.
        #[serde(default)]
        security: MailSecurity,
        /// Who signs in; empty for nobody.
        #[serde(default)]
        username: String,
        /// Their password.
        #[serde(default)]
        password: String,
        /// The sender's address.
        from: String,
        /// To whom.
        to: Vec<String>,
        /// Certificates in PEM of authorities that are trusted beside the system's; empty for none.
        #[serde(default)]
        authorities: String,
    },
    /// JSON by POST.
    Webhook {
        /// To which address.
        url: String,
        /// What the body is signed with.
        #[serde(default)]
        secret: String,
    },
    /// Slack's way.
    Slack {
        /// The address, which is itself the secret.
        #[serde(default)]
        url: String,
    },
    /// Gotify.
    Gotify {
        /// The server.
        url: String,
        /// The token of an application there.
        #[serde(default)]
        token: String,
    },
    /// ntfy.
    Ntfy {
        /// The server.
        url: String,
        /// The topic.
        topic: String,
        /// An access token; empty where the topic is open to everybody.
        #[serde(default)]
        token: String,
    },
}

impl ChannelSettings {
    /// What kind it is.
    pub const fn kind(&self) -> ChannelKind {
        match self {
            Self::Email { .. } => ChannelKind::Email,
            Self::Webhook { .. } => ChannelKind::Webhook,
            Self::Slack { .. } => ChannelKind::Slack,
            Self::Gotify { .. } => ChannelKind::Gotify,
            Self::Ntfy { .. } => ChannelKind::Ntfy,
        }
    }

    /// The field that nobody is shown.
    pub const fn secret_field(&self) -> &'static str {
        match self {
            Self::Email { .. } => "settings.password",
            Self::Webhook { .. } => "settings.secret",
            Self::Slack { .. } => "settings.url",
            Self::Gotify { .. } | Self::Ntfy { .. } => "settings.token",
        }
    }

    /// What stands in it.
    pub fn secret(&self) -> &str {
        match self {
            Self::Email { password, .. } => password,
            Self::Webhook { secret, .. } => secret,
            Self::Slack { url } => url,
            Self::Gotify { token, .. } | Self::Ntfy { token, .. } => token,
        }
    }

    /// The same with another secret.
    #[must_use]
    pub fn with_secret(mut self, new: &str) -> Self {
        let secret = match &mut self {
            Self::Email { password, .. } => password,
            Self::Webhook { secret, .. } => secret,
            Self::Slack { url } => url,
            Self::Gotify { token, .. } | Self::Ntfy { token, .. } => token,
        };
        new.clone_into(secret);
        self
    }

    /// As it is shown: whether there is a secret, but not which.
    #[must_use]
    pub fn masked(self) -> Self {
        if self.secret().is_empty() {
            return self;
        }
        self.with_secret(MASK)
    }

    /// To whom and how the secret is shown. One that was given for one of them is not sent to another, nor to the same in
    /// the clear.
    pub fn shown_to(&self) -> String {
        match self {
            Self::Email {
                host,
                port,
                security,
                username,
                ..
            } => format!("{}:{port} {security:?} {username}", host.to_ascii_lowercase()),
            Self::Gotify { url, .. } | Self::Ntfy { url, .. } => origin(url).to_ascii_lowercase(),
            // A secret that signs is never sent, and an address names where it leads.
            Self::Webhook { .. } | Self::Slack { .. } => String::new(),
        }
    }

    /// What is wrong with it, by field.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = FieldProblems::new();
        let mut say = |field: &str, problem: Option<Problem>| {
            if let Some(problem) = problem {
                problems.insert(format!("settings.{field}"), problem);
            }
        };
        match self {
            Self::Email {
                host,
                port,
                username,
                password,
                from,
                to,
                security: _,
                authorities: _,
            } => {
                say("host", host_problem(host));
                let range = Problem::OutOfRange { min: 1, max: 65_535 };
                say("port", (*port == 0).then_some(range));
                say("username", too_long(username, LONGEST));
                say("password", too_long(password, LONGEST));
                say("from", mail_problem(from));
                if to.is_empty() {
                    say("to", Some(Problem::Required));
                } else if to.len() > MOST_RECIPIENTS as usize {
                    let trouble = ChannelTrouble::TooMany { max: MOST_RECIPIENTS };
                    say("to", Some(trouble.into()));
                }
                for (index, address) in to.iter().enumerate() {
                    say(&format!("to[{index}]"), mail_problem(address));
                }
            }
            Self::Webhook { url, secret } => {
                say("url", url_problem(url));
                say("secret", required(secret).or_else(|| too_long(secret, LONGEST)));
                let is_short =
                    !secret.is_empty() && secret != MASK && secret.chars().count() < SHORTEST_SECRET as usize;
                say(
                    "secret",
                    is_short.then_some(Problem::TooShort { min: SHORTEST_SECRET }),
                );
            }
            Self::Slack { url } if url == MASK => {}
            Self::Slack { url } => say("url", url_problem(url)),
            Self::Gotify { url, token } => {
                say("url", url_problem(url));
                say("token", required(token).or_else(|| header_problem(token)));
            }
            Self::Ntfy { url, topic, token } => {
                say("url", url_problem(url));
                say("topic", topic_problem(topic));
                say("token", header_problem(token));
            }
        }
        problems
    }
}

/// Never with the secret: settings end up in logs by accident.
impl std::fmt::Debug for ChannelSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} for {:?}", self.kind().as_str(), self.shown_to())
    }
}

fn required(text: &str) -> Option<Problem> {
    text.trim().is_empty().then_some(Problem::Required)
}

fn too_long(text: &str, max: u32) -> Option<Problem> {
    if text.chars().any(char::is_control) {
        return Some(Problem::ControlCharacters);
    }
    (text.chars().count() > max as usize).then_some(Problem::TooLong { max })
}

fn host_problem(host: &str) -> Option<Problem> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    let wrong = || (!host.chars().all(is_host)).then(|| ChannelTrouble::InvalidHost.into());
    required(host).or_else(|| too_long(host, LONGEST)).or_else(wrong)
}

/// As far as it tells by itself: mail servers decide what an address is.
fn mail_problem(address: &str) -> Option<Problem> {
    let is_address = address
        .rsplit_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && host_problem(host).is_none())
        && !address
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'));
    required(address)
        .or_else(|| too_long(address, LONGEST))
        .or_else(|| (!is_address).then_some(Problem::InvalidEmail))
}

fn url_problem(url: &str) -> Option<Problem> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let is_url = rest.is_some_and(|rest| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A name and password in it would be shown to whoever reads the settings.
        !authority.is_empty() && !authority.contains('@') && !rest.contains(char::is_whitespace)
    });
    required(url)
        .or_else(|| too_long(url, LONGEST_URL))
        .or_else(|| (!is_url).then(|| ChannelTrouble::InvalidUrl.into()))
}

/// A token travels in a header.
fn header_problem(token: &str) -> Option<Problem> {
    let is_header = token.bytes().all(|byte| byte.is_ascii_graphic());
    too_long(token, LONGEST).or_else(|| (!is_header).then(|| ChannelTrouble::InvalidToken.into()))
}

/// As ntfy takes them (`server/server.go`, `topicRegex`).
fn topic_problem(topic: &str) -> Option<Problem> {
    let is_topic = topic.len() <= 64
        && topic
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    required(topic).or_else(|| (!is_topic).then(|| ChannelTrouble::InvalidTopic.into()))
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let end = url[after_scheme..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| after_scheme + at);
    &url[..end]
}
