//! The form's state: the draft, what there is to choose from, and what the server says of it while one types.

use std::{collections::BTreeSet, time::Duration};

use drover_types::{
    cluster::{BridgeRow, NodeRow, StorageRow, TemplateRow},
    role::{RoleInfo, RolesOverview},
    storage::StorageDefaults,
};
use drover_ui::Bound;
use leptos::{leptos_dom::helpers::debounce, prelude::*, task::spawn_local};

use super::{
    draft::{Draft, Reading},
    kept,
    planned::{Planned, has_name},
    problems::{Refusal, RowProblems, rows_of},
};
use crate::{
    rpc,
    session::{Session, use_session},
};

/// How long the form rests before the server is asked for a plan.
const REST: Duration = Duration::from_millis(350);

/// What there is to choose from.
#[derive(Clone, Default)]
pub struct Choices {
    pub templates: Vec<TemplateRow>,
    pub nodes: Vec<NodeRow>,
    pub storages: Vec<StorageRow>,
    /// Of each cluster, where disks go that name no storage.
    pub defaults: Vec<StorageDefaults>,
    /// How many servers may be asked for at once.
    pub most: u32,
    /// The roles; `None` where they can't be read now.
    pub roles: Option<RolesOverview>,
    /// Whether the user may give roles.
    pub may_assign_roles: bool,
}

impl Choices {
    /// The clusters that have a template.
    pub fn clusters(&self) -> BTreeSet<String> {
        self.templates
            .iter()
            .map(|template| template.cluster.clone())
            .collect()
    }

    /// Where disks of a cluster go that name no storage.
    pub fn defaults(&self, cluster: &str) -> StorageDefaults {
        let own = self.defaults.iter().find(|own| own.cluster == cluster);
        own.cloned().unwrap_or_default()
    }

    /// The nodes of a cluster that answer.
    pub fn nodes_of(&self, cluster: &str) -> Vec<String> {
        let own = self
            .nodes
            .iter()
            .filter(|node| node.cluster == cluster && node.online);
        own.map(|node| node.name.clone()).collect()
    }

    /// The storages of a cluster that disks can be put on.
    pub fn storages_of(&self, cluster: &str) -> Vec<String> {
        let own = self.storages.iter();
        let own = own.filter(|one| one.cluster == cluster && one.active && one.holds_images());
        let names: BTreeSet<String> = own.map(|one| one.name.clone()).collect();
        names.into_iter().collect()
    }

    /// The roles that can be installed now.
    pub fn installable(&self) -> &[RoleInfo] {
        match &self.roles {
            Some(known) if known.unable.is_none() && self.may_assign_roles => &known.roles,
            _ => &[],
        }
    }

    /// Whether there is a role by which servers are measured, and it can be installed now.
    pub fn can_measure(&self) -> bool {
        let mut roles = self.installable().iter();
        roles.any(|one| !one.key.is_purpose())
    }

    /// Whether new servers are measured unless somebody says otherwise: where others are.
    fn measures(&self) -> bool {
        self.can_measure() && self.roles.as_ref().is_some_and(|known| known.measures)
    }

    /// The template that a draft has chosen.
    pub fn template(&self, draft: &Draft) -> Option<&TemplateRow> {
        self.templates
            .iter()
            .find(|template| template.cluster == draft.cluster && template.vmid.to_string() == draft.template)
    }
}

/// The form; cheap to copy.
#[derive(Clone, Copy)]
pub struct Form {
    pub draft: RwSignal<Draft>,
    pub choices: StoredValue<Choices>,
    /// The bridges of the node that the server would be put on, once they are known.
    pub bridges: RwSignal<Vec<BridgeRow>>,
    /// The last plan.
    pub planned: RwSignal<Planned>,
    /// Whether a newer plan is on its way.
    pub is_planning: RwSignal<bool>,
    /// Whether the user wanted to create: from then on empty fields are named too.
    pub is_asked: RwSignal<bool>,
    /// What creating answered.
    pub refused: RwSignal<Option<Refusal>>,
    /// Whether servers that can't be made are left out of many.
    pub leave_out: RwSignal<bool>,
    /// What stands in the form, read.
    pub read: Memo<Reading>,
    /// What is wrong with single servers of many.
    pub row_problems: Memo<RowProblems>,
    pub(super) session: Session,
}

impl Form {
    /// A form that begins with the first template.
    pub fn new(choices: Choices) -> Self {
        let mut draft = Draft::default();
        if let Some(first) = choices.templates.first() {
            draft.choose_template(first, None);
        }
        draft.is_measured = choices.measures();
        let draft = RwSignal::new(draft);
        let choices = StoredValue::new(choices);
        let (planned, refused) = (RwSignal::new(Planned::Nothing), RwSignal::new(None));
        let read = Memo::new(move |_| {
            draft.with(|draft| {
                choices.with_value(|choices| {
                    let mut reading = draft.read(&choices.defaults(&draft.cluster));
                    draft.put_roles(choices.installable(), &mut reading);
                    reading
                })
            })
        });
        Self {
            draft,
            choices,
            bridges: RwSignal::new(Vec::new()),
            planned,
            is_planning: RwSignal::new(false),
            is_asked: RwSignal::new(false),
            refused,
            leave_out: RwSignal::new(false),
            read,
            row_problems: Memo::new(move |_| rows_of(read, planned, refused)),
            session: use_session(),
        }
    }

    /// Where disks go that name no storage. Tracked.
    pub fn defaults(self) -> StorageDefaults {
        let cluster = self.draft.with(|draft| draft.cluster.clone());
        self.choices.with_value(|choices| choices.defaults(&cluster))
    }

    /// Whether the form is for several servers. Tracked.
    pub fn is_many(self) -> bool {
        self.draft.with(Draft::is_many)
    }

    /// Keeps what is typed over a reload, and asks for a plan whenever it changed. Nothing before hydration.
    pub fn follow(self) {
        self.follow_bridges();
        Effect::new(move |_| {
            if let Some(kept) = kept::load() {
                self.draft.set(kept);
            }
            let mut plan = debounce(REST, move |reading| self.plan(reading));
            Effect::new(move |_| {
                self.draft.with(kept::save);
                let reading = self.read.get();
                if has_name(&reading) {
                    self.is_planning.set(true);
                    plan(reading);
                }
            });
        });
    }

    /// Loads the bridges of the node that is chosen, or else the template's, whenever it changes.
    fn follow_bridges(self) {
        let session = use_session();
        let place = Memo::new(move |_| {
            self.draft.with(|draft| {
                let node = if draft.node.is_empty() {
                    self.choices
                        .with_value(|choices| choices.template(draft).map(|own| own.node.clone()))?
                } else {
                    draft.node.clone()
                };
                Some((draft.cluster.clone(), node))
            })
        });
        Effect::new(move |_| {
            let Some((cluster, node)) = place.get() else {
                return;
            };
            spawn_local(async move {
                match rpc::clusters::bridges(cluster.clone(), node.clone()).await {
                    Ok(bridges) => {
                        if place.try_get_untracked() == Some(Some((cluster, node))) {
                            self.bridges.set(bridges);
                        }
                    }
                    // The plan says what is in the way; the template's bridge can be taken all the same.
                    Err(error) => session.heed(&error),
                }
            });
        });
    }

    /// A part of the draft, for a control.
    pub fn part<T: Clone + Send + Sync + 'static>(
        self,
        get: fn(&Draft) -> T,
        set: fn(&mut Draft, T),
    ) -> Bound<T> {
        let draft = self.draft;
        Bound::new(
            move || draft.with(get),
            move |value| draft.update(|draft| set(draft, value)),
        )
    }
}
