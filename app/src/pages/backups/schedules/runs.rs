//! When a schedule falls due, by the reader's own clock.

use std::time::Duration;

use chrono::DateTime;
use drover_types::backup::NextRuns;
use leptos::{leptos_dom::helpers::debounce, prelude::*, task::spawn_local};

use crate::{
    rpc,
    session::use_session,
    shared::{FormError, LocalZone, use_local_zone},
    texts::{say, text, use_i18n},
};

/// How a run is written.
const RUNS_AT: &str = "%Y-%m-%d %H:%M";
/// How long the preview waits for the next keystroke.
const REST: Duration = Duration::from_millis(300);

/// Times by the clock of a zone.
fn shown(runs: &[i64], zone: LocalZone) -> Vec<String> {
    let times = runs.iter().filter_map(|at| DateTime::from_timestamp(*at, 0));
    times.map(|at| zone.show(at, RUNS_AT)).collect()
}

/// The next run; the later ones fold out.
#[component]
pub(super) fn Runs(runs: Memo<Vec<i64>>) -> impl IntoView {
    let i18n = use_i18n();
    let zone = use_local_zone();
    let times = Memo::new(move |_| shown(&runs.get(), zone));
    move || {
        let times = times.get();
        let Some((first, later)) = times.split_first() else {
            return view! { <span>{text!(i18n, backups.no_runs)}</span> }.into_any();
        };
        if later.is_empty() {
            return view! { <span>{first.clone()}</span> }.into_any();
        }
        let later: Vec<_> = later.iter().map(|at| view! { <li>{at.clone()}</li> }).collect();
        view! {
            <details class="backup-form__fold">
                <summary>{first.clone()}</summary>
                <ul class="backups__runs">{later}</ul>
            </details>
        }
        .into_any()
    }
}

/// What the schedule that is typed comes to, a moment after the last keystroke.
#[component]
pub(super) fn RunsPreview(
    cluster: RwSignal<String>,
    schedule: RwSignal<String>,
    /// Is told what is wrong with it.
    error: FormError,
) -> impl IntoView {
    let i18n = use_i18n();
    let zone = use_local_zone();
    let session = use_session();
    let runs = RwSignal::new(NextRuns::default());
    let asked = StoredValue::new(0_u32);
    let ask = move |(cluster, schedule): (String, String)| {
        let number = asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        });
        let Some(number) = number else { return };
        spawn_local(async move {
            let answer = session.heeded(rpc::backups::next_backup_runs(cluster, schedule).await);
            if asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(next) => {
                    error.clear();
                    runs.try_set(next);
                }
                Err(problem) => {
                    runs.try_set(NextRuns::default());
                    error.set(problem);
                }
            }
        });
    };
    Effect::new(move |_| {
        let mut ask = debounce(REST, ask);
        Effect::new(move |_| {
            let (cluster, schedule) = (cluster.get(), schedule.get().trim().to_owned());
            if schedule.is_empty() {
                runs.set(NextRuns::default());
            } else {
                ask((cluster, schedule));
            }
        });
    });
    let read_in = move || {
        let zones = runs.with(|next| next.zones.join(", "));
        (!zones.is_empty())
            .then(|| view! { <p class="backup-form__hint">{say!(i18n, backups.read_in, zones = zones)}</p> })
    };
    let next = move || {
        let times = shown(&runs.with(|next| next.runs.clone()), zone);
        (!times.is_empty()).then(|| {
            let times: Vec<_> = times.into_iter().map(|at| view! { <li>{at}</li> }).collect();
            view! {
                <p class="backup-form__hint">{say!(i18n, backups.next_runs, zone = zone.name())}</p>
                <ul class="backups__runs">{times}</ul>
            }
        })
    };
    view! { <div role="status">{read_in} {next}</div> }
}
