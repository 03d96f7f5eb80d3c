//! The part of the page.

use drover_types::error::{ApiError, ErrorCode};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{assign::AssignDialog, connection::ConnectionCard, list::List, reader::Reader, runs::Runs};
use crate::{
    pages::{roles::Unable, server::at_work::AtWork},
    shared::{ErrorCallout, GeneratedOnce},
    texts::{text, use_i18n},
};

/// The cards, once there is something to show.
#[component]
pub fn Roles(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    reader.follow();
    let is_there = Memo::new(move |_| reader.found.with(Option::is_some));
    move || {
        if is_there.get() {
            return view! { <Content reader=reader /> }.into_any();
        }
        match reader.unread.get() {
            // A server that is being made has none yet; its task tells the rest.
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
fn Content(reader: Reader) -> impl IntoView {
    let unable = Signal::derive(move || {
        reader
            .catalogue
            .with(|known| known.as_ref().and_then(|known| known.unable.clone()))
    });
    view! {
        <div class="roles">
            {move || reader.unread.get().map(|error| view! { <Unread error=error reader=reader /> })}
            <Unable problem=unable />
            <AtWork task=reader.task unfolded=true />
            <List reader=reader />
            <ConnectionCard reader=reader />
            <Runs reader=reader />
        </div>
        <AssignDialog reader=reader />
        <GeneratedOnce told=reader.told />
    }
}

#[component]
fn Unread(error: ApiError, reader: Reader) -> impl IntoView {
    view! { <ErrorCallout error=error on_retry=move |()| reader.load() /> }
}
