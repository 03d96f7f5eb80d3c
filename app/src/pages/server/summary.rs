//! Hardware, disks and NICs in short; they are changed in parts of their own.

use drover_types::{
    error::{ApiError, ErrorCode},
    server::{ServerDetail, ServerDisk, ServerNic},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    inventory::Guest,
    paths, rpc,
    shared::{Awaited, ErrorCallout},
    texts::{say, text, use_i18n},
};

/// The cards; read anew when the server's row tells of a change.
#[component]
pub fn Summary(guest: Memo<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let source = Memo::new(move |_| {
        guest.with(|guest| {
            (
                guest.id.clone(),
                guest.node.clone(),
                guest.cores,
                guest.memory_bytes,
                guest.disk_bytes,
                guest.status,
            )
        })
    });
    let loaded = Resource::new(move || source.get(), |(id, ..)| rpc::servers::server_detail(id));
    let show = move |detail: Result<ServerDetail, ApiError>| match detail {
        Ok(detail) => view! { <Cards detail=detail /> }.into_any(),
        // A server that is being made has no configuration yet; its task tells the rest.
        Err(error) if error.code == ErrorCode::ResourceNotFound => {
            view! { <Callout tone=Tone::Info>{text!(i18n, server.not_yet)}</Callout> }.into_any()
        }
        Err(error) => view! { <ErrorCallout error=error on_retry=move |()| loaded.refetch() /> }.into_any(),
    };
    view! {
        <Awaited
            load=move || async move { loaded.await }
            show=show
            fallback=move || {
            view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=3 /> }
            }
        />
    }
}

#[component]
fn Cards(detail: ServerDetail) -> impl IntoView {
    let i18n = use_i18n();
    let yes_no = move |value: bool| {
        Signal::derive(move || {
            if value {
                say!(i18n, server.yes)
            } else {
                say!(i18n, server.no)
            }
        })
    };
    let description = detail.description.clone();
    let change = |tab: &str| {
        let href = paths::server_tab(&detail.id, tab);
        move || {
            let href = href.clone();
            view! {
                <ButtonLink href=href size=ButtonSize::Small icon=IconName::Edit>
                    {text!(i18n, server.change)}
                </ButtonLink>
            }
        }
    };
    view! {
        <div class="detail__grid">
            <Card title=text!(i18n, server.hardware) actions=change(paths::HARDWARE_TAB)>
                <DescriptionList>
                    <Description term=text!(i18n, server.cores)>{detail.cores}</Description>
                    <Description term=text!(i18n, server.memory)>{units::size(detail.memory_mb * units::MIB)}</Description>
                    {(!detail.cpu_type.is_empty())
                        .then(|| {
                            view! { <Description term=text!(i18n, server.cpu_type)>{detail.cpu_type.clone()}</Description> }
                        })}
                    <Description term=text!(i18n, server.agent)>{yes_no(detail.agent)}</Description>
                    <Description term=text!(i18n, server.on_boot)>{yes_no(detail.on_boot)}</Description>
                    <Description term=text!(i18n, server.protected)>{yes_no(detail.protected)}</Description>
                </DescriptionList>
            </Card>
            <div class="server__stack">
                <Card title=text!(i18n, server.disks) actions=change(paths::HARDWARE_TAB)>
                    <Disks disks=detail.disks />
                </Card>
                <Card title=text!(i18n, server.network) actions=change(paths::NETWORK_TAB)>
                    <Nics nics=detail.nics />
                </Card>
            {(!description.trim().is_empty())
                .then(|| {
                    view! {
                        <Card title=text!(i18n, server.description)>
                            <p class="server__description">{description}</p>
                        </Card>
                    }
                })}
            </div>
        </div>
    }
}

#[component]
fn Disks(disks: Vec<ServerDisk>) -> impl IntoView {
    let i18n = use_i18n();
    if disks.is_empty() {
        return view! { <p class="server__none">{text!(i18n, server.no_disks)}</p> }.into_any();
    }
    let rows: Vec<_> = disks
        .into_iter()
        .map(|disk| {
            let size = disk.size_bytes.map_or_else(|| "—".to_owned(), units::size);
            view! {
                <li class="server__device">
                    <code>{disk.interface}</code>
                    <span>{size}</span>
                    <span class="server__volume" title=disk.volume.clone()>{disk.volume.clone()}</span>
                </li>
            }
        })
        .collect();
    view! { <ul class="server__devices">{rows}</ul> }.into_any()
}

#[component]
fn Nics(nics: Vec<ServerNic>) -> impl IntoView {
    let i18n = use_i18n();
    if nics.is_empty() {
        return view! { <p class="server__none">{text!(i18n, server.no_nics)}</p> }.into_any();
    }
    let rows: Vec<_> = nics
        .into_iter()
        .map(|nic| {
            let addresses = if nic.addresses.is_empty() {
                (!nic.configured.is_empty()).then_some(nic.configured)
            } else {
                Some(nic.addresses.join(", "))
            };
            view! {
                <li class="server__device">
                    <code>{nic.interface}</code>
                    <span>{nic.bridge} " · " {nic.model}</span>
                    <span class="server__volume">{addresses} " " <code>{nic.mac}</code></span>
                </li>
            }
        })
        .collect();
    view! { <ul class="server__devices">{rows}</ul> }.into_any()
}
