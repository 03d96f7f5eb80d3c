//! The group as the page has it, and changing its rules: each change is made to what is shown, and where somebody else
//! was faster the page shows what there is now and says so.

use drover_types::{
    error::ApiError,
    firewall::{Group, GroupId, Rule},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;

use crate::{
    rpc,
    session::{Session, use_session},
    texts::use_lang,
};

/// The group, and what is under way.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    /// As it is shown.
    pub group: RwSignal<Group>,
    /// Whether a change is on its way.
    pub busy: RwSignal<bool>,
    /// How often a change came to nothing: a switch that was pressed goes back then.
    refused: RwSignal<u32>,
    session: Session,
}

/// What somebody else has made of the rules.
#[derive(Deserialize)]
struct Current {
    rules: Vec<Rule>,
    digest: String,
}

impl Editor {
    /// Begins with what the server told.
    pub fn new(group: Group) -> Self {
        Self {
            group: RwSignal::new(group),
            busy: RwSignal::new(false),
            refused: RwSignal::new(0),
            session: use_session(),
        }
    }

    /// Which group. Not tracked.
    pub fn id(self) -> GroupId {
        self.group.with_untracked(|group| group.summary.id())
    }

    /// What a change is made to. Not tracked.
    pub fn digest(self) -> Option<String> {
        let digest = self.group.with_untracked(|group| group.digest.clone());
        Some(digest).filter(|digest| !digest.is_empty())
    }

    /// Tells whoever shows something that was pressed that it has come to nothing.
    pub fn heed_refusals(self) {
        self.refused.track();
    }

    /// Reads the group anew, in place: what is open over the page stays. What fails is told with the next change.
    pub fn reload(self) {
        let id = self.id();
        spawn_local(async move {
            if let Ok(group) = self.session.heeded(rpc::firewall::firewall_group(id).await) {
                self.group.try_set(group);
            }
        });
    }

    /// How many rules there are. Tracked.
    pub fn count(self) -> u32 {
        self.group
            .with(|group| u32::try_from(group.rules.len()).unwrap_or(u32::MAX))
    }

    /// Sends a change and shows what came of it.
    pub fn send<F>(self, change: F, then: impl FnOnce(Result<(), ApiError>) + 'static)
    where
        F: Future<Output = Result<Group, ApiError>> + 'static,
    {
        if self.busy.get_untracked() {
            self.refused.update(|times| *times += 1);
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = self.session.heeded(change.await);
            self.busy.try_set(false);
            match answer {
                Ok(group) => {
                    self.group.try_set(group);
                    then(Ok(()));
                }
                Err(error) => {
                    self.show_current(&error);
                    self.refused.try_update(|times| *times += 1);
                    then(Err(error));
                }
            }
        });
    }

    /// Where somebody else was faster, the answer has what there is now.
    pub fn show_current(self, error: &ApiError) {
        let Some(current) = error.details.get("current") else {
            return;
        };
        if let Ok(Current { rules, digest }) = Current::deserialize(current) {
            self.group.try_update(|group| {
                group.rules = rules;
                group.digest = digest;
            });
        }
    }
}

/// Sends a change that has no form: what is wrong with it is told in a corner.
pub(super) fn use_send(editor: Editor) -> impl Fn(Change) + Copy + Send + Sync + 'static {
    let lang = use_lang();
    let toasts = use_toasts();
    move |change: Change| {
        editor.send(change(), move |answer| {
            if let Err(error) = answer {
                toasts.show(Toast::danger(error.text(lang.get_untracked())));
            }
        });
    }
}

/// Something that is done to the rules.
pub(super) type Change =
    Box<dyn FnOnce() -> std::pin::Pin<Box<dyn Future<Output = Result<Group, ApiError>>>>>;
