//! What goes with a server that is about to be deleted, for the question before it.

use drover_types::{
    error::ApiError,
    ids::GuestId,
    removal::{DeletePlan, RemovedDisk},
    text::Problem,
    units::size,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::later::Part;
use crate::{
    rpc,
    session::use_session,
    texts::{say, text, use_i18n, use_lang},
};

/// The plan of whom, and who is told why it can't be deleted; as it is loaded.
#[lazy]
pub(super) fn delete_plan() -> Part<(GuestId, ArcRwSignal<Option<Problem>>)> {
    |(guest, refusal)| view! { <DeletePlanView guest=guest refusal=refusal /> }.into_any()
}

/// Stands where the plan will.
#[component]
pub(super) fn PlanOnItsWay() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p role="status">
            <Spinner />
            {text!(i18n, servers.plan_loading)}
        </p>
    }
}

/// Asks for the plan and shows it.
#[component]
fn DeletePlanView(
    /// Whose.
    guest: GuestId,
    /// Is told why it can't be deleted.
    refusal: ArcRwSignal<Option<Problem>>,
) -> impl IntoView {
    let lang = use_lang();
    let session = use_session();
    let plan = RwSignal::new(None::<Result<DeletePlan, ApiError>>);
    // The question is asked in the browser only.
    spawn_local(async move {
        let answer = rpc::servers::plan_delete(guest).await;
        if let Err(error) = &answer {
            session.heed(error);
        }
        refusal.set(answer.as_ref().ok().and_then(|plan| plan.refusal.clone()));
        // Gone meanwhile with the question: nothing to show.
        drop(plan.try_set(Some(answer)));
    });
    move || match plan.get() {
        None => PlanOnItsWay().into_any(),
        Some(Err(error)) => {
            view! { <Callout tone=Tone::Danger>{move || error.text(lang.get())}</Callout> }.into_any()
        }
        Some(Ok(plan)) => view! { <Plan plan=plan /> }.into_any(),
    }
}

#[component]
fn Plan(plan: DeletePlan) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let DeletePlan {
        stops_first,
        disks,
        references,
        refusal,
        ..
    } = plan;
    view! {
        {refusal
            .map(|problem| {
                view! { <Callout tone=Tone::Danger>{move || problem.text(lang.get())}</Callout> }
            })}
        {stops_first
            .then(|| view! { <Callout tone=Tone::Warning>{text!(i18n, servers.plan_stops)}</Callout> })}
        {if disks.is_empty() {
            view! { <p>{text!(i18n, servers.plan_no_disks)}</p> }.into_any()
        } else {
            view! {
                <section>
                    <h3>{text!(i18n, servers.plan_disks)}</h3>
                    <ul>{disks.into_iter().map(|disk| view! { <Disk disk=disk /> }).collect_view()}</ul>
                </section>
            }
                .into_any()
        }}
        {(!references.is_empty())
            .then(|| {
                view! {
                    <section>
                        <h3>{text!(i18n, servers.plan_references)}</h3>
                        <ul>
                            {references
                                .into_iter()
                                .map(|reference| view! { <li>{move || reference.text(lang.get())}</li> })
                                .collect_view()}
                        </ul>
                    </section>
                }
            })}
    }
}

#[component]
fn Disk(disk: RemovedDisk) -> impl IntoView {
    let i18n = use_i18n();
    let bytes = disk.size_bytes.map(size);
    view! {
        <li>
            {move || {
                let place = disk.interface.clone().unwrap_or_else(|| say!(i18n, servers.plan_unnamed));
                let mut parts = vec![place, disk.volume.clone()];
                parts.extend(bytes.clone());
                parts.join(" · ")
            }}
        </li>
    }
}
