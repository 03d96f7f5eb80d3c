//! How a role stands on a server, in words and colours. Called inside the closure that shows it, so that it follows the
//! language.

use drover_types::role::{RoleInfo, RoleKey, RoleRun, RoleStanding, RunKind, RunOutcome, StandingState};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    shared::TimeAgo,
    texts::{say, use_i18n, use_lang},
};

/// How much of a version is shown: enough to tell two from one another.
const SHORT: usize = 8;

/// What a role is called; its key where the catalogue has it no more. Tracked.
pub fn role_name(catalogue: &[RoleInfo], key: &RoleKey) -> String {
    let lang = use_lang().get();
    let info = catalogue.iter().find(|one| one.key == *key);
    info.map_or_else(|| key.to_string(), |info| info.name.pick(lang).to_owned())
}

/// How far it is.
pub fn state(standing: &RoleStanding) -> impl IntoView + use<> {
    let i18n = use_i18n();
    let (tone, icon, name) = match standing.state {
        StandingState::Pending => (Tone::Neutral, IconName::Clock, say!(i18n, roles.pending)),
        StandingState::Applying => (Tone::Info, IconName::Refresh, say!(i18n, roles.applying)),
        StandingState::Applied => (Tone::Success, IconName::Check, say!(i18n, roles.applied)),
        StandingState::Failed => (Tone::Danger, IconName::Alert, say!(i18n, roles.failed)),
    };
    view! {
        <Badge tone=tone icon=icon>
            {name}
        </Badge>
    }
}

/// The version that is installed, and whether there is another to install.
pub fn version(standing: &RoleStanding) -> impl IntoView + use<> {
    let i18n = use_i18n();
    if standing.version.is_empty() {
        return view! { <span class="roles__none">"—"</span> }.into_any();
    }
    let short: String = standing.version.chars().take(SHORT).collect();
    let is_old = standing.outdated;
    view! {
        <span class="roles__cell">
            <code title=standing.version.clone()>{short}</code>
            {is_old
                .then(|| {
                    view! {
                        <span title=say!(i18n, roles.outdated_hint)>
                            <Badge tone=Tone::Warning>{say!(i18n, roles.outdated)}</Badge>
                        </span>
                    }
                })}
        </span>
    }
    .into_any()
}

/// When it was installed last, by whom, and how that went.
pub fn last_run(standing: &RoleStanding) -> impl IntoView + use<> {
    let Some(run) = &standing.last_run else {
        return view! { <span class="roles__none">"—"</span> }.into_any();
    };
    let by = run.by.clone();
    view! {
        <span class="roles__cell">
            {outcome(run)} <a href=paths::task(&run.task)>
                <TimeAgo at=run.started_at />
            </a> <span>{by}</span>
        </span>
    }
    .into_any()
}

/// What the last comparison found, where nothing was installed since.
pub fn drift(standing: &RoleStanding) -> impl IntoView + use<> {
    let i18n = use_i18n();
    let newer_than = |check: &&RoleRun| {
        let last = standing.last_run.as_ref();
        last.is_none_or(|run| run.started_at <= check.started_at)
    };
    let Some(check) = standing.last_check.as_ref().filter(newer_than) else {
        return view! { <span class="roles__none">{say!(i18n, roles.not_compared)}</span> }.into_any();
    };
    view! {
        <span class="roles__cell">
            {outcome(check)} <a href=paths::task(&check.task)>
                <TimeAgo at=check.started_at />
            </a>
        </span>
    }
    .into_any()
}

/// How a run went; of one that compared, what it would change.
pub fn outcome(run: &RoleRun) -> AnyView {
    let i18n = use_i18n();
    let (tone, name) = match (run.outcome, run.kind) {
        (None, _) => (Tone::Info, say!(i18n, roles.under_way)),
        (Some(RunOutcome::Cancelled), _) => (Tone::Neutral, say!(i18n, roles.cancelled)),
        (Some(RunOutcome::Failed), _) => (Tone::Danger, say!(i18n, roles.failed)),
        (Some(RunOutcome::Completed), RunKind::Check) if run.changed > 0 => (
            Tone::Warning,
            say!(i18n, roles.would_change, count = u64::from(run.changed)),
        ),
        (Some(RunOutcome::Completed), RunKind::Check) => (Tone::Success, say!(i18n, roles.as_it_should_be)),
        (Some(RunOutcome::Completed), _) => (Tone::Success, say!(i18n, roles.completed)),
    };
    view! { <Badge tone=tone>{name}</Badge> }.into_any()
}
