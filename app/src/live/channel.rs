//! What the tabs of one browser tell each other.

use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// The channel's name.
const NAME: &str = "drover-live";

/// A message from tab to tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Message {
    /// A new tab wants to know how the stream is.
    Ask,
    /// The stream is open.
    Open,
    /// The stream is broken.
    Lost,
    /// The stream was refused.
    Refused,
    /// An event, as it came.
    Event(String),
}

/// The channel, while it is open.
pub(super) struct Channel {
    channel: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Joins the other tabs. `None` where the browser has no channels.
    pub(super) fn join(mut on_message: impl FnMut(Message) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(NAME).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            // Another version of the page may be open in the other tab; what it says is left alone.
            if let Ok(message) = serde_json::from_str(&text) {
                on_message(message);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _on_message: on_message,
        })
    }

    /// Tells the other tabs.
    pub(super) fn tell(&self, message: &Message) {
        let sent = serde_json::to_string(message)
            .map_err(|error| error.to_string())
            .and_then(|text| {
                self.channel
                    .post_message(&JsValue::from_str(&text))
                    .map_err(|error| format!("{error:?}"))
            });
        if let Err(error) = sent {
            leptos::logging::error!("other tabs can't be told: {error}");
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
