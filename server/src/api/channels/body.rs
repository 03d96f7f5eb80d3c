//! A channel as it is sent.

use drover_core::Error;
use drover_types::channel::{ChannelInput, ChannelSettings, ChannelTrouble, Route};
use drover_types::lang::Lang;
use drover_types::text::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A channel. Where one is changed, what is left out stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "name": "Operations",
    "language": "en",
    "settings": {"kind": "ntfy", "url": "https://push.example.org", "topic": "drover", "token": ""},
    "routes": [{"level": "warning", "categories": ["backup"], "tags": ["prod"], "servers": []}],
}))]
pub(super) struct ChannelBody {
    /// What it is called. Required for a new one.
    name: Option<String>,
    /// Whether anything goes out by it.
    #[schema(default = true)]
    enabled: Option<bool>,
    /// In which language its readers are told: `ko` where nothing is said.
    language: Option<Lang>,
    /// Where it leads. Required for a new one. A secret sent back as it is shown, `********`, stays as it is.
    settings: Option<ChannelSettings>,
    /// What it lets through: whatever one of these does. Required for a new one.
    routes: Option<Vec<Route>>,
    /// The revision that the change is of: refused where it is not the latest. Left out, whatever is there is changed.
    pub revision: Option<i64>,
}

impl ChannelBody {
    /// The channel that it makes of `under`.
    pub(super) fn laid_over(self, under: ChannelInput) -> ChannelInput {
        ChannelInput {
            name: self.name.unwrap_or(under.name),
            enabled: self.enabled.unwrap_or(under.enabled),
            language: self.language.unwrap_or(under.language),
            settings: self.settings.unwrap_or(under.settings),
            routes: self.routes.unwrap_or(under.routes),
        }
    }

    /// A new channel.
    pub(super) fn new_channel(self) -> Result<ChannelInput, Error> {
        let Some(settings) = self.settings else {
            return Err(Error::field("settings", Problem::Required));
        };
        Ok(ChannelInput {
            name: self.name.unwrap_or_default(),
            enabled: self.enabled.unwrap_or(true),
            language: self.language.unwrap_or_default(),
            settings,
            routes: self.routes.unwrap_or_default(),
        })
    }
}

/// The id of a channel. What is none names nothing.
pub(super) fn channel_id(text: &str) -> Result<Uuid, Error> {
    text.parse()
        .map_err(|_| Error::NotFound(ChannelTrouble::NotFound.into()))
}

/// The id of a delivery.
pub(super) fn delivery_id(text: &str) -> Result<Uuid, Error> {
    text.parse()
        .map_err(|_| Error::NotFound(ChannelTrouble::DeliveryNotFound.into()))
}
