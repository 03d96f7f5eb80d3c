//! The channels as they were read last. In the browser alone.

use drover_types::{channel::ChannelRow, error::ApiError, event::LiveEvent};
use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

use crate::{
    live::use_live,
    rpc,
    session::{Session, use_session},
};

/// The channels; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Store {
    /// As they were read last; `None` until the first answer.
    pub found: RwSignal<Option<Vec<ChannelRow>>>,
    /// Why they could not be read.
    pub error: RwSignal<Option<ApiError>>,
    /// What the form is about; `None` for a new channel.
    pub edited: RwSignal<Option<ChannelRow>>,
    /// Whether the form is open.
    pub open: RwSignal<bool>,
    /// The browser's own session.
    pub session: Session,
}

impl Store {
    /// Reads them once the page is live, and whenever something went through one.
    pub fn new() -> Self {
        let store = Self {
            found: RwSignal::new(None),
            error: RwSignal::new(None),
            edited: RwSignal::new(None),
            open: RwSignal::new(false),
            session: use_session(),
        };
        Effect::new(move |_| store.load());
        let live = use_live();
        live.on(move |event| {
            if matches!(event, LiveEvent::ChannelsChanged | LiveEvent::Resync) {
                store.load();
            }
        });
        store
    }

    /// Reads them now.
    pub fn load(self) {
        spawn_local(async move {
            match self.session.heeded(rpc::channels::list_channels().await) {
                Ok(channels) => {
                    self.error.try_set(None);
                    self.found.try_set(Some(channels));
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }

    /// Opens the form.
    pub fn edit(self, channel: Option<ChannelRow>) {
        self.edited.set(channel);
        self.open.set(true);
    }

    /// A channel, while it is there. Tracked.
    pub fn get(self, id: Uuid) -> Option<ChannelRow> {
        self.found
            .with(|found| found.iter().flatten().find(|row| row.id == id).cloned())
    }
}
