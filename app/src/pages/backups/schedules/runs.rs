//! When a schedule falls due, by the reader's own clock.

use std::time::Duration;

use chrono::DateTime;
use leptos::{leptos_dom::helpers::debounce, prelude::*, task::spawn_local};

use crate::{
    rpc,
    session::use_session,
    shared::{FormError, local, use_utc_offset},
    texts::{text, use_i18n},
};

/// How a run is written.
const RUNS_AT: &str = "%Y-%m-%d %H:%M";
/// How long the preview waits for the next keystroke.
const REST: Duration = Duration::from_millis(300);

/// The next run; the later ones fold out.
#[component]
pub(super) fn Runs(runs: Memo<Vec<i64>>) -> impl IntoView {
    let i18n = use_i18n();
    let offset = use_utc_offset();
    let times = Memo::new(move |_| {
        let times = runs
            .get()
            .into_iter()
            .filter_map(|at| DateTime::from_timestamp(at, 0));
        times
            .map(|at| local(at, offset.get(), RUNS_AT))
            .collect::<Vec<_>>()
    });
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
    let offset = use_utc_offset();
    let session = use_session();
    let runs = RwSignal::new(Vec::<i64>::new());
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
                    runs.try_set(Vec::new());
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
                runs.set(Vec::new());
            } else {
                ask((cluster, schedule));
            }
        });
    });
    let times = move || {
        let times = runs
            .get()
            .into_iter()
            .filter_map(|at| DateTime::from_timestamp(at, 0));
        times
            .map(|at| view! { <li>{local(at, offset.get(), RUNS_AT)}</li> })
            .collect_view()
    };
    view! {
        <div role="status">
            {move || {
                (!runs.with(Vec::is_empty))
                    .then(|| {
                        view! {
                            <p class="backup-form__hint">{text!(i18n, backups.next_runs)}</p>
                            <ul class="backups__runs">{times()}</ul>
                        }
                    })
            }}
        </div>
    }
}
