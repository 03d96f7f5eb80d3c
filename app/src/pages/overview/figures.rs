//! The tiles: guests by state, cores, memory, storage, and the clusters' health.

use drover_types::{
    overview::{CpuUse, Overview, SpaceUse},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::trend::{KEPT, Trend, use_trend};
use crate::{
    paths,
    shared::use_health,
    texts::{say, text, use_i18n},
};

/// How much of something there is, in words and in shares.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Usage {
    used: String,
    total: String,
    allocated: String,
    used_percent: u8,
    /// May be over 100: more can be promised than there is.
    allocated_percent: u64,
}

impl Usage {
    fn of_cpu(cpu: CpuUse) -> Self {
        Self {
            used: format!("{} %", cpu.used_percent),
            total: cpu.cores.to_string(),
            allocated: cpu.allocated_running.to_string(),
            used_percent: cpu.used_percent,
            allocated_percent: share(cpu.allocated_running.into(), cpu.cores.into()),
        }
    }

    fn of_space(space: SpaceUse, allocated: u64) -> Self {
        Self {
            used: units::size(space.used_bytes),
            total: units::size(space.total_bytes),
            allocated: units::size(allocated),
            used_percent: units::percent(space.used_bytes, space.total_bytes),
            allocated_percent: share(allocated, space.total_bytes),
        }
    }
}

/// The tiles.
#[component]
pub(super) fn Tiles(figures: Memo<Overview>) -> impl IntoView {
    let i18n = use_i18n();
    let of = move |read: fn(&Overview) -> Usage| Memo::new(move |_| figures.with(read));
    let cpu = use_trend(figures, |figures| f64::from(figures.cpu.used_percent));
    let memory = use_trend(figures, |figures| {
        let memory = figures.memory;
        f64::from(units::percent(memory.used_bytes, memory.total_bytes))
    });
    view! {
        <div class="overview__tiles">
            <Clusters figures=figures />
            <UsageTile
                label=text!(i18n, overview.cpu)
                usage=of(|figures| Usage::of_cpu(figures.cpu))
                href=paths::servers("status:running", "-cpu")
                trend=cpu
                is_cores=true
            />
            <UsageTile
                label=text!(i18n, overview.memory)
                usage=of(|figures| Usage::of_space(figures.memory, figures.memory.allocated_running_bytes))
                href=paths::servers("status:running", "-memory")
                trend=memory
            />
            <UsageTile
                label=text!(i18n, overview.storage)
                usage=of(|figures| Usage::of_space(figures.storage, figures.storage.allocated_bytes))
                href=paths::STORAGE.to_owned()
            />
        </div>
        <Guests figures=figures />
    }
}

/// How the clusters are: quorum and nodes.
#[component]
fn Clusters(figures: Memo<Overview>) -> impl IntoView {
    let i18n = use_i18n();
    let health = use_health();
    let online = Signal::derive(move || {
        figures.with(|figures| {
            let online = figures.nodes.iter().filter(|node| node.online).count();
            (online, figures.nodes.len())
        })
    });
    let quorum = Signal::derive(move || {
        figures.with(|figures| {
            let states: Vec<_> = figures.clusters.iter().map(|cluster| cluster.quorate).collect();
            if states.contains(&Some(false)) {
                (Tone::Danger, say!(i18n, overview.no_quorum))
            } else if states.contains(&None) || figures.clusters.iter().any(|cluster| !cluster.reachable) {
                (Tone::Warning, health.with(|health| health.label.clone()))
            } else {
                (Tone::Success, say!(i18n, overview.quorum))
            }
        })
    });
    view! {
        <Stat
            label=text!(i18n, overview.cluster)
            value=Signal::derive(move || online.get().0.to_string())
            unit=Signal::derive(move || Some(say!(i18n, overview.of_nodes, total = online.get().1)))
            href=Some(paths::MONITORING.to_owned())
            footer=move || {
                view! {
                    <StatusDot
                        label=Signal::derive(move || quorum.get().1)
                        tone=Signal::derive(move || quorum.get().0)
                    />
                }
            }
        />
    }
}

/// How much of something is used and promised.
#[component]
fn UsageTile(
    label: Signal<String>,
    usage: Memo<Usage>,
    /// Where one sees more.
    href: String,
    /// How much was used since the page was opened.
    #[prop(optional)]
    trend: Option<Trend>,
    /// Whether the whole is a number of cores.
    #[prop(optional)]
    is_cores: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let of = Signal::derive(move || {
        let total = usage.with(|usage| usage.total.clone());
        Some(if is_cores {
            say!(i18n, overview.of_cores, total = total)
        } else {
            say!(i18n, common.of, total = total)
        })
    });
    let note = Signal::derive(move || {
        let (size, share) = usage.with(|usage| (usage.allocated.clone(), usage.allocated_percent));
        Some(say!(i18n, overview.allocated, size = size, share = share))
    });
    view! {
        <Stat
            label=label
            value=Signal::derive(move || usage.with(|usage| usage.used.clone()))
            unit=of
            note=note
            href=Some(href)
            footer=move || {
                view! {
                    <Meter
                        label=label
                        value=Signal::derive(move || usage.with(|usage| f64::from(usage.used_percent)))
                    />
                    {trend.map(|trend| view! { <Line label=label trend=trend /> })}
                }
            }
        />
    }
}

/// The last minutes as a small line; nothing until there are two values.
#[component]
fn Line(label: Signal<String>, trend: Trend) -> impl IntoView {
    let i18n = use_i18n();
    let is_line = Memo::new(move |_| trend.with(|trend| trend.len() > 1));
    let values =
        Signal::derive(move || trend.with(|trend| trend.iter().copied().map(Some).collect::<Vec<_>>()));
    let words = move || {
        let now = trend.with(|trend| trend.back().copied().unwrap_or_default());
        say!(i18n, overview.since_opened, what = label.get(), now = now.round())
    };
    move || {
        is_line.get().then(|| {
            view! {
                <div class="overview__trend">
                    <Sparkline label=Signal::derive(words) values=values room=KEPT max=100.0 />
                </div>
            }
        })
    }
}

/// A share in percent, which may be over 100: more can be promised than there is.
fn share(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or(0)
}

/// Guests by state; each leads to the list of those.
#[component]
fn Guests(figures: Memo<Overview>) -> impl IntoView {
    let i18n = use_i18n();
    let count = move |read: fn(&Overview) -> u32| {
        Signal::derive(move || figures.with(|figures| read(figures).to_string()))
    };
    let to = |filter: &str| Signal::stored(Some(paths::servers(filter, "")));
    view! {
        <section class="overview__counts" aria-label=text!(i18n, overview.servers)>
                <Stat
                    label=text!(i18n, overview.total)
                    value=count(|figures| figures.guests.total)
                    href=to("template:no")
                />
                <Stat
                    label=text!(i18n, overview.running)
                    value=count(|figures| figures.guests.running)
                    href=to("status:running")
                />
                <Stat
                    label=text!(i18n, overview.stopped)
                    value=count(|figures| figures.guests.stopped)
                    href=to("status:stopped template:no")
                />
                <Stat
                    label=text!(i18n, overview.paused)
                    value=count(|figures| figures.guests.paused)
                    href=to("status:paused,suspended")
                />
                <Stat
                    label=text!(i18n, overview.unknown)
                    value=count(|figures| figures.guests.unknown)
                    href=to("status:unknown")
                    tone=Signal::derive(move || {
                        if figures.with(|figures| figures.guests.unknown) > 0 { Tone::Danger } else { Tone::Neutral }
                    })
                />
        </section>
    }
}
