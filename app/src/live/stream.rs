//! The stream itself: the tab that holds the lock owns it and tells the others; where the browser has no
//! locks or no channels, each tab has its own.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
    time::Duration,
};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventSource, MessageEvent};

use super::{
    Connection, Live,
    channel::{Channel, Message},
    lock::Claim,
};
use crate::paths;

/// How long to wait before asking again for a stream that was refused. One that broke is the browser's to
/// reopen, with `Last-Event-ID`.
const AGAIN: Duration = Duration::from_secs(3);

/// Opens the stream, or joins the tab that has it; closes with the owner.
pub(super) fn open(live: Live) {
    let tab = StoredValue::new_local(Some(Tab::start(live)));
    on_cleanup(move || {
        tab.try_update_value(Option::take);
    });
}

/// This tab's part.
struct Tab {
    live: Live,
    channel: Option<Channel>,
    source: RefCell<Option<Source>>,
    claim: RefCell<Option<Claim>>,
}

impl Tab {
    fn start(live: Live) -> Rc<Self> {
        Rc::new_cyclic(|this: &Weak<Self>| {
            let hear = this.clone();
            let channel = Channel::join(move |message| {
                if let Some(tab) = hear.upgrade() {
                    tab.heard(&message);
                }
            });
            let owner = this.clone();
            let granted = move || {
                if let Some(tab) = owner.upgrade() {
                    tab.connect();
                }
            };
            let claim = channel.as_ref().and_then(|_| Claim::make(granted));
            let alone = claim.is_none();
            let own = this.clone();
            if alone {
                // After the tab stands: here its pointer leads nowhere yet.
                queue_microtask(move || {
                    if let Some(tab) = own.upgrade() {
                        tab.connect();
                    }
                });
            } else if let Some(channel) = &channel {
                channel.tell(&Message::Ask);
            }
            Self {
                live,
                channel: channel.filter(|_| !alone),
                source: RefCell::default(),
                claim: RefCell::new(claim),
            }
        })
    }

    fn is_owner(&self) -> bool {
        self.source.borrow().is_some()
    }

    fn heard(&self, message: &Message) {
        match message {
            Message::Ask if self.is_owner() => self.share(&match self.live.connection.get_untracked() {
                Connection::Open => Message::Open,
                Connection::Starting | Connection::Lost { .. } => Message::Lost,
            }),
            Message::Ask => {}
            Message::Open => self.live.opened(),
            Message::Lost => self.live.lost(),
            Message::Refused => self.live.refused(),
            Message::Event(data) => self.live.tell(data),
        }
    }

    fn share(&self, message: &Message) {
        if let Some(channel) = &self.channel {
            channel.tell(message);
        }
    }

    fn connect(self: &Rc<Self>) {
        let source = Source::open(self);
        if source.is_none() {
            self.live.refused();
        }
        self.source.replace(source);
    }

    fn opened(&self) {
        self.share(&Message::Open);
        self.live.opened();
    }

    fn event(&self, data: String) {
        self.live.tell(&data);
        self.share(&Message::Event(data));
    }

    fn broke(self: &Rc<Self>, for_good: bool) {
        if !for_good {
            self.share(&Message::Lost);
            return self.live.lost();
        }
        self.share(&Message::Refused);
        self.live.refused();
        let this = Rc::downgrade(self);
        set_timeout(
            move || {
                if let Some(tab) = this.upgrade() {
                    tab.connect();
                }
            },
            AGAIN,
        );
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        // First the stream, then the lock: the next tab must not open a second one beside it.
        self.source.replace(None);
        self.claim.replace(None);
    }
}

/// An open `EventSource` and what listens to it.
struct Source {
    source: EventSource,
    _on_open: Closure<dyn FnMut(Event)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Source {
    fn open(tab: &Rc<Tab>) -> Option<Self> {
        let source = EventSource::new(paths::EVENTS).ok()?;
        let this = Rc::downgrade(tab);
        let on_open = Closure::<dyn FnMut(Event)>::new(move |_| {
            if let Some(tab) = this.upgrade() {
                tab.opened();
            }
        });
        let this = Rc::downgrade(tab);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let (Some(tab), Some(data)) = (this.upgrade(), event.data().as_string()) {
                tab.event(data);
            }
        });
        let this = Rc::downgrade(tab);
        let watched = source.clone();
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| {
            if let Some(tab) = this.upgrade() {
                tab.broke(watched.ready_state() == EventSource::CLOSED);
            }
        });
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            source,
            _on_open: on_open,
            _on_message: on_message,
            _on_error: on_error,
        })
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
