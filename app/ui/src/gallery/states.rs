//! Samples of what shows a state: badge, dot, callout, empty state, skeleton.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{
    Badge, Button, ButtonSize, ButtonVariant, Callout, EmptyState, IconName, Skeleton, SkeletonShape,
    Spinner, StatusDot, Tone,
};

#[component]
pub(super) fn States() -> impl IntoView {
    view! {
        <Entry id="badge" title="Badge">
            <div class="gallery__row">
                {Tone::ALL
                    .into_iter()
                    .map(|tone| view! { <Badge tone=tone>{tone.as_str()}</Badge> })
                    .collect_view()}
                <Badge tone=Tone::Success icon=IconName::Check>
                    "protected"
                </Badge>
                <Badge icon=IconName::Tag>"prod"</Badge>
            </div>
        </Entry>
        <Entry id="status-dot" title="StatusDot">
            <div class="gallery__row">
                <StatusDot label="Running" tone=Tone::Success />
                <StatusDot label="Stopped" />
                <StatusDot label="Creating" tone=Tone::Info pulse=true />
                <StatusDot label="Paused" tone=Tone::Warning />
                <StatusDot label="Failed" tone=Tone::Danger />
            </div>
        </Entry>
        <Entry id="callout" title="Callout">
            {Tone::ALL
                .into_iter()
                .map(|tone| {
                    view! {
                        <Callout
                            tone=tone
                            title="Node pve3 does not answer"
                            actions=move || view! { <Button size=ButtonSize::Small>"Try again"</Button> }
                        >
                            "Its servers keep running. Drover shows what it knew two minutes ago."
                        </Callout>
                    }
                })
                .collect_view()}
            <Callout tone=Tone::Info>"Without a title and without actions."</Callout>
        </Entry>
        <Entry id="empty-state" title="EmptyState">
            <EmptyState
                title="No servers yet"
                description="Servers that you create appear here, beside the guests that the cluster has already."
                icon=IconName::Server
                actions=|| {
                    view! { <Button variant=ButtonVariant::Primary icon=IconName::Plus>"New servers"</Button> }
                }
            />
        </Entry>
        <Entry id="skeleton" title="Skeleton, Spinner">
            <div class="gallery__grid">
                <Skeleton label="Loading the text" />
                <Skeleton label="Loading the rows" shape=SkeletonShape::Row />
                <Skeleton label="Loading the chart" shape=SkeletonShape::Block lines=1 />
                <Spinner />
            </div>
        </Entry>
    }
}
