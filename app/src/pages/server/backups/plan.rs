//! What a restore over a server comes to, asked for anew whenever it is to be another one.

use chrono::DateTime;
use drover_types::{
    backup::{RestoreOver, RestorePlan, RestoreWarning},
    error::ApiError,
    units,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{columns::MADE_AT, reader::Reader};
use crate::{
    rpc,
    session::use_session,
    shared::{TimeAgo, local, use_utc_offset},
    texts::{say, text, use_i18n, use_lang},
};

/// The plan, or why there is none; `None` until the first answer is there.
pub type Answer = RwSignal<Option<Result<RestorePlan, ApiError>>>;

/// Asks for the plan of what is wanted while the dialog is open. The answer, and whether it is of what is wanted now.
pub fn use_plan(reader: Reader, open: RwSignal<bool>, wanted: Memo<RestoreOver>) -> (Answer, RwSignal<bool>) {
    let session = use_session();
    let plan = Answer::new(None);
    let is_current = RwSignal::new(false);
    // Whether it is started afterwards changes nothing of the plan.
    let wanted = Memo::new(move |_| RestoreOver {
        start: None,
        ..wanted.get()
    });
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let restore = wanted.get();
        is_current.set(false);
        if !open.get() {
            return;
        }
        asked.update_value(|asked| *asked = asked.wrapping_add(1));
        let number = asked.get_value();
        spawn_local(async move {
            let answer = session.heeded(rpc::backups::plan_restore(reader.id(), restore).await);
            // Something else is wanted meanwhile, or nothing any more.
            if asked.try_get_value() == Some(number) {
                plan.try_set(Some(answer));
                is_current.try_set(true);
            }
        });
    });
    (plan, is_current)
}

/// What is known of it.
#[component]
pub fn Plan(plan: Answer) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    move || match plan.get() {
        None => view! {
            <p role="status">
                <Spinner />
                {text!(i18n, server_backups.plan_loading)}
            </p>
        }
        .into_any(),
        Some(Err(error)) => {
            view! { <Callout tone=Tone::Danger>{move || error.text(lang.get())}</Callout> }.into_any()
        }
        Some(Ok(plan)) => view! { <Facts plan=plan /> }.into_any(),
    }
}

#[component]
fn Facts(plan: RestorePlan) -> impl IntoView {
    let i18n = use_i18n();
    let offset = use_utc_offset();
    let RestorePlan {
        name,
        name_then,
        made_at,
        bytes,
        disks_now,
        disks_then,
        warnings,
        ..
    } = plan;
    let at = DateTime::from_timestamp(made_at, 0).unwrap_or_default();
    let other_name = name_then.filter(|then| *then != name);
    view! {
        <DescriptionList>
            <Description term=text!(i18n, server_backups.made)>
                {move || local(at, offset.get(), MADE_AT)} " · " <TimeAgo at=at />
            </Description>
            <Description term=text!(i18n, backups.size)>{units::size(bytes)}</Description>
            {other_name
                .map(|then| {
                    view! { <Description term=text!(i18n, server_backups.name_then)>{then}</Description> }
                })}
            <Description term=text!(i18n, server_backups.disks_now)>{listed(&disks_now)}</Description>
            <Description term=text!(i18n, server_backups.disks_then)>{listed(&disks_then)}</Description>
        </DescriptionList>
        {(!warnings.is_empty())
            .then(|| {
                view! {
                    <ul class="server-backups__warnings">
                        {warnings
                            .into_iter()
                            .map(|warning| {
                                view! {
                                    <li>
                                        <Icon name=IconName::Alert />
                                        <span>{move || warning_text(warning)}</span>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
            })}
    }
}

fn listed(disks: &[String]) -> String {
    if disks.is_empty() {
        "—".to_owned()
    } else {
        disks.join(", ")
    }
}

/// A warning in words, in the language of now.
fn warning_text(warning: RestoreWarning) -> String {
    let i18n = use_i18n();
    match warning {
        RestoreWarning::WillStop => say!(i18n, server_backups.will_stop),
        RestoreWarning::NoSafety => say!(i18n, server_backups.no_safety),
        RestoreWarning::OtherGuest => say!(i18n, server_backups.other_guest),
        RestoreWarning::NotVerified => say!(i18n, server_backups.not_verified),
        RestoreWarning::DisksGo => say!(i18n, server_backups.disks_go),
        RestoreWarning::SnapshotsGo => say!(i18n, server_backups.snapshots_go),
    }
}
