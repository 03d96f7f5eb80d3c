//! The form's state: the draft, what is wrong with it, and the plan that the server makes of it while one types.

use std::{collections::BTreeSet, time::Duration};

use drover_types::{
    cluster::{BridgeRow, NodeRow, StorageRow, TemplateRow},
    error::{ApiError, ErrorCode, FieldProblems},
    server::{CreatePlan, CreateServer},
    text::Problem,
};
use drover_ui::Bound;
use leptos::{leptos_dom::helpers::debounce, prelude::*, task::spawn_local};

use super::{draft::Draft, kept};
use crate::{
    rpc,
    session::{Session, use_session},
    texts::use_lang,
};

/// How long the form rests before the server is asked for a plan.
const REST: Duration = Duration::from_millis(350);

/// What there is to choose from.
#[derive(Clone, Default)]
pub struct Choices {
    pub templates: Vec<TemplateRow>,
    pub nodes: Vec<NodeRow>,
    pub storages: Vec<StorageRow>,
}

impl Choices {
    /// The clusters that have a template.
    pub fn clusters(&self) -> BTreeSet<String> {
        self.templates
            .iter()
            .map(|template| template.cluster.clone())
            .collect()
    }

    /// The template that a draft has chosen.
    pub fn template(&self, draft: &Draft) -> Option<&TemplateRow> {
        self.templates
            .iter()
            .find(|template| template.cluster == draft.cluster && template.vmid.to_string() == draft.template)
    }
}

/// The last answer to the question for a plan.
#[derive(Clone, PartialEq)]
pub enum Planned {
    /// Not asked yet.
    Nothing,
    /// What will be made, with its problems.
    Plan(CreatePlan),
    /// The question failed.
    Failed(ApiError),
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
    pub refused: RwSignal<Option<ApiError>>,
    read: Memo<(CreateServer, FieldProblems)>,
    session: Session,
}

impl Form {
    /// A form that begins with the first template.
    pub fn new(choices: Choices) -> Self {
        let mut draft = Draft::default();
        if let Some(first) = choices.templates.first() {
            draft.choose_template(first, None);
        }
        let draft = RwSignal::new(draft);
        Self {
            draft,
            choices: StoredValue::new(choices),
            bridges: RwSignal::new(Vec::new()),
            planned: RwSignal::new(Planned::Nothing),
            is_planning: RwSignal::new(false),
            is_asked: RwSignal::new(false),
            refused: RwSignal::new(None),
            read: Memo::new(move |_| draft.with(Draft::read)),
            session: use_session(),
        }
    }

    /// Keeps what is typed over a reload, and asks for a plan whenever it changed. Nothing before hydration.
    pub fn follow(self) {
        self.follow_bridges();
        Effect::new(move |_| {
            if let Some(kept) = kept::load() {
                self.draft.set(kept);
            }
            let mut plan = debounce(REST, move |request| self.plan(request));
            Effect::new(move |_| {
                self.draft.with(kept::save);
                let request = self.read.with(|(request, _)| request.clone());
                if !request.name.is_empty() {
                    self.is_planning.set(true);
                    plan(request);
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

    fn plan(self, request: CreateServer) {
        let session = self.session;
        // The plan needs no password, so it does not travel more often than it must.
        let question = CreateServer {
            password: None,
            ..request.clone()
        };
        spawn_local(async move {
            let answer = rpc::servers::plan_server(question).await;
            // An answer to what has changed meanwhile tells nothing; that to the newer question follows.
            let is_current = self.read.try_with_untracked(|(now, _)| *now == request);
            if is_current != Some(true) {
                return;
            }
            self.is_planning.set(false);
            self.refused.set(None);
            self.planned.set(match answer {
                Ok(plan) => Planned::Plan(plan),
                Err(error) => {
                    session.heed(&error);
                    Planned::Failed(error)
                }
            });
        });
    }

    /// The request as it would be sent now.
    pub fn request(self) -> CreateServer {
        self.read.with_untracked(|(request, _)| request.clone())
    }

    /// Everything that is in the way: what the form sees by itself, then what the server sees. Tracked.
    pub fn problems(self) -> FieldProblems {
        let mut problems = self.read.with(|(_, problems)| problems.clone());
        let mut add = |others: &FieldProblems| {
            for (field, problem) in others {
                problems.entry(field.clone()).or_insert_with(|| problem.clone());
            }
        };
        self.planned.with(|planned| match planned {
            Planned::Nothing => {}
            Planned::Plan(plan) => add(&plan.problems),
            Planned::Failed(error) => add(&error.fields),
        });
        self.refused.with(|refused| {
            if let Some(error) = refused {
                add(&error.fields);
            }
        });
        problems
    }

    /// The problems that are shown: an empty field is named once the user wanted to create. Tracked.
    pub fn shown_problems(self) -> FieldProblems {
        let mut problems = self.problems();
        if !self.is_asked.get() {
            problems.retain(|_, problem| *problem != Problem::Required);
        }
        problems
    }

    /// The failure that belongs to no field. Tracked.
    pub fn failure(self) -> Option<ApiError> {
        let is_whole = |error: &ApiError| error.code != ErrorCode::ValidationError || error.fields.is_empty();
        let planned = self.planned.with(|planned| match planned {
            Planned::Failed(error) => Some(error.clone()),
            _ => None,
        });
        self.refused.get().or(planned).filter(is_whole)
    }

    /// What is wrong with a field, as a sentence.
    pub fn problem(self, field: impl Fn(&Draft) -> String + Send + Sync + 'static) -> Signal<Option<String>> {
        let lang = use_lang();
        let problem = Memo::new(move |_| {
            let field = self.draft.with(&field);
            self.shown_problems().remove(&field)
        });
        Signal::derive(move || {
            problem.with(|problem| problem.as_ref().map(|problem| problem.text(lang.get())))
        })
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
