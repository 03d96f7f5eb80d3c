//! The part of the page.

use drover_types::error::{ApiError, ErrorCode};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{ask::Ask, chain::Chain, groups::Groups, in_force::InForce, options::Options, reader::Reader};
use crate::{
    pages::server::disks::LastTask,
    shared::ErrorCallout,
    texts::{text, use_i18n},
};

/// The cards, once there is something to show.
#[component]
pub fn Firewall(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    reader.follow();
    let is_there = Memo::new(move |_| reader.found.with(Option::is_some));
    move || {
        if is_there.get() {
            return view! {
                <div class="server-firewall">
                    {move || reader.unread.get().map(|error| view! { <Unread error=error reader=reader /> })}
                    {move || reader.refused.get().map(|error| view! { <ErrorCallout error=error /> })}
                    <LastTask task=reader.task />
                    <InForce reader=reader />
                    <Groups reader=reader />
                    <Chain reader=reader />
                    <Options reader=reader />
                    <Ask reader=reader />
                </div>
            }
            .into_any();
        }
        match reader.unread.get() {
            // A server that is being made has no firewall yet; its task tells the rest.
            Some(error) if error.code == ErrorCode::ResourceNotFound => {
                view! { <Callout tone=Tone::Info>{text!(i18n, server.not_yet)}</Callout> }.into_any()
            }
            Some(error) => view! { <Unread error=error reader=reader /> }.into_any(),
            None => {
                view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=4 /> }
                    .into_any()
            }
        }
    }
}

#[component]
fn Unread(error: ApiError, reader: Reader) -> impl IntoView {
    view! { <ErrorCallout error=error on_retry=move |()| reader.load() /> }
}
