//! What kinds, levels, categories and states are called.

use drover_types::{
    channel::{ChannelKind, ChannelSettings, DeliveryState},
    notification::Level,
};
use drover_ui::prelude::*;

use crate::texts::{say, use_i18n};

/// What a kind of channel is called.
pub(super) fn kind_name(kind: ChannelKind) -> String {
    let i18n = use_i18n();
    match kind {
        ChannelKind::Email => say!(i18n, channels.email),
        ChannelKind::Webhook => say!(i18n, channels.webhook),
        ChannelKind::Slack => say!(i18n, channels.slack),
        ChannelKind::Gotify => say!(i18n, channels.gotify),
        ChannelKind::Ntfy => say!(i18n, channels.ntfy),
    }
}

/// Where a channel leads, in short; empty where that is secret.
pub(super) fn target(settings: &ChannelSettings) -> String {
    match settings {
        ChannelSettings::Email { to, .. } => to.join(", "),
        ChannelSettings::Webhook { url, .. } | ChannelSettings::Gotify { url, .. } => url.clone(),
        ChannelSettings::Slack { .. } => String::new(),
        ChannelSettings::Ntfy { url, topic, .. } => format!("{}/{topic}", url.trim_end_matches('/')),
    }
}

/// What a level is called, as the least one.
pub(super) fn level_name(level: Level) -> String {
    let i18n = use_i18n();
    match level {
        Level::Info => say!(i18n, channels.level_info),
        Level::Success => say!(i18n, channels.level_success),
        Level::Warning => say!(i18n, channels.level_warning),
        Level::Error => say!(i18n, channels.level_error),
    }
}

/// What a category is called.
pub(super) fn category_name(category: &str) -> String {
    let i18n = use_i18n();
    match category {
        "server" => say!(i18n, channels.category_server),
        "backup" => say!(i18n, channels.category_backup),
        "firewall" => say!(i18n, channels.category_firewall),
        "role" => say!(i18n, channels.category_role),
        "user" => say!(i18n, channels.category_user),
        "monitoring" => say!(i18n, channels.category_monitoring),
        "system" => say!(i18n, channels.category_system),
        other => other.to_owned(),
    }
}

/// What a state of a delivery is called, and what its colour means.
pub(super) fn state_of(state: DeliveryState) -> (String, Tone) {
    let i18n = use_i18n();
    match state {
        DeliveryState::Waiting => (say!(i18n, channels.state_waiting), Tone::Info),
        DeliveryState::Sent => (say!(i18n, channels.state_sent), Tone::Success),
        DeliveryState::Dead => (say!(i18n, channels.state_dead), Tone::Danger),
    }
}
