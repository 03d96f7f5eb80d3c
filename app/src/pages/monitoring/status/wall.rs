//! Every server one tile, by node or by tag.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write,
    sync::Arc,
};

use drover_types::{filter::natural, lang::Lang, monitoring::Health};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::narrowed::{Grouping, Narrowed};
use crate::{
    monitoring::{Healths, Judged},
    paths,
    shared::tile_state,
    texts::{say, text, use_i18n, use_lang},
};

/// Tiles in the order of the servers that they stand for. What has not changed stays the same tile, so that the wall
/// finds out at once that there is nothing to do.
#[derive(Clone, Default)]
struct Tiles {
    servers: Arc<Vec<Judged>>,
    tiles: Arc<Vec<Arc<WallTile>>>,
    lang: Lang,
}

impl PartialEq for Tiles {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tiles, &other.tiles)
    }
}

impl Tiles {
    fn of(servers: &Arc<Vec<Judged>>, lang: Lang, last: Option<&Self>) -> Self {
        let last = last.filter(|last| last.lang == lang);
        let tile = |(at, judged): (usize, &Judged)| {
            let known = last.and_then(|last| Some((last.servers.get(at)?, last.tiles.get(at)?)));
            if let Some((known, tile)) = known {
                if known == judged {
                    return Arc::clone(tile);
                }
                let new = tile_of(judged, lang);
                return if **tile == new {
                    Arc::clone(tile)
                } else {
                    Arc::new(new)
                };
            }
            Arc::new(tile_of(judged, lang))
        };
        Self {
            servers: Arc::clone(servers),
            tiles: Arc::new(servers.iter().enumerate().map(tile).collect()),
            lang,
        }
    }
}

fn tile_of(judged: &Judged, lang: Lang) -> WallTile {
    let Judged { guest, health } = judged;
    let reasons = health.reasons.iter();
    WallTile {
        key: guest.id.to_string(),
        title: called(judged),
        state_name: health.health.name(lang).to_owned(),
        state: tile_state(health),
        reasons: reasons.map(|reason| reason.cause.text(lang)).collect(),
        href: paths::server(&guest.id),
    }
}

fn called(judged: &Judged) -> String {
    if judged.guest.name.is_empty() {
        judged.guest.id.to_string()
    } else {
        judged.guest.name.clone()
    }
}

/// The wall with its filter.
#[component]
pub(super) fn Wall(healths: Memo<Healths>, narrowed: Narrowed) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let tiles = Memo::new(move |last: Option<&Tiles>| {
        let lang = lang.get();
        healths.with(|healths| Tiles::of(&healths.servers, lang, last))
    });
    let groups = Memo::new(move |_| {
        let grouping = narrowed.grouping();
        tiles.with(|tiles| groups(tiles, grouping, narrowed))
    });
    let is_empty = Memo::new(move |_| groups.with(Vec::is_empty));
    view! {
        <Card title=text!(i18n, monitoring.wall)>
            <Toolbar narrowed=narrowed />
            {move || {
                if is_empty.get() {
                    view! { <Empty narrowed=narrowed /> }.into_any()
                } else {
                    view! { <StatusWall label=text!(i18n, monitoring.wall) groups=groups /> }.into_any()
                }
            }}
        </Card>
    }
}

fn groups(tiles: &Tiles, grouping: Grouping, narrowed: Narrowed) -> Vec<WallGroup> {
    let i18n = use_i18n();
    let mut found: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, judged) in narrowed.fitting(&tiles.servers) {
        for group in grouping.groups(judged) {
            found.entry(group).or_default().push(at);
        }
    }
    let clusters: HashSet<String> = found.keys().map(|(cluster, _)| cluster.clone()).collect();
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|((_, one), _), ((_, other), _)| {
        // What has no tag stands last.
        let by_name = one.is_empty().cmp(&other.is_empty());
        by_name.then_with(|| natural(one, other))
    });
    let label = |cluster: &str, name: &str| match (grouping, name) {
        (Grouping::Tag, "") => say!(i18n, monitoring.no_tags),
        (Grouping::Node, "") => say!(i18n, monitoring.no_node),
        (Grouping::Node, _) if clusters.len() > 1 => format!("{cluster} · {name}"),
        _ => name.to_owned(),
    };
    let group = |((cluster, name), places): ((String, String), Vec<usize>)| {
        let counts = Healths::count(places.iter().filter_map(|at| tiles.servers.get(*at)));
        let lang = tiles.lang;
        let mut note = say!(i18n, monitoring.servers, count = u64::from(counts.total));
        for health in [Health::Critical, Health::Warning] {
            let count = counts.of(health);
            if count > 0 {
                // Writing to a string can't fail.
                let _ = write!(note, " · {} {count}", health.name(lang));
            }
        }
        WallGroup {
            label: label(&cluster, &name),
            key: format!("{cluster}/{name}"),
            note,
            tiles: places
                .iter()
                .filter_map(|at| tiles.tiles.get(*at).cloned())
                .collect(),
        }
    };
    found.into_iter().map(group).collect()
}

#[component]
fn Toolbar(narrowed: Narrowed) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let healths = Signal::derive(move || {
        let option = |health: &Health| SelectOption::new(health.as_str(), health.name(lang.get()));
        Health::ALL.iter().map(option).collect::<Vec<_>>()
    });
    let groupings = Signal::derive(move || {
        vec![
            SelectOption::new(Grouping::Node.as_str(), say!(i18n, monitoring.by_node)),
            SelectOption::new(Grouping::Tag.as_str(), say!(i18n, monitoring.by_tag)),
        ]
    });
    view! {
        <div class="toolbar monitoring__toolbar" role="group" aria-label=text!(i18n, monitoring.filter)>
            <SearchInput
                label=text!(i18n, servers.filter)
                value=narrowed.text
                clear_label=text!(i18n, servers.filter_clear)
                placeholder=Signal::derive(move || Some(say!(i18n, servers.filter_example)))
                error=Signal::derive(move || narrowed.error().map(|error| error.problem.text(lang.get())))
                shortcut=Signal::stored(Some("/".to_owned()))
            />
            <Select
                label=text!(i18n, monitoring.health)
                value=narrowed.health
                options=healths
                placeholder=Signal::derive(move || Some(say!(i18n, monitoring.every_health)))
                hide_label=true
            />
            <Select
                label=text!(i18n, monitoring.grouping)
                value=narrowed.group
                options=groupings
                hide_label=true
            />
        </div>
    }
}

/// Nothing to show: because of the filter, or because there are no servers.
#[component]
fn Empty(narrowed: Narrowed) -> impl IntoView {
    let i18n = use_i18n();
    let is_narrowed = move || {
        narrowed.text.with(|text| !text.trim().is_empty())
            || narrowed.health.with(|health| !health.is_empty())
    };
    let clear = move |_| {
        narrowed.text.set(String::new());
        narrowed.health.set(String::new());
    };
    move || {
        if is_narrowed() {
            view! {
                <EmptyState
                    title=text!(i18n, monitoring.none_fit)
                    icon=IconName::Filter
                    actions=move || {
                        view! { <Button on_click=clear>{text!(i18n, servers.filter_clear)}</Button> }
                    }
                />
            }
            .into_any()
        } else {
            view! { <EmptyState title=text!(i18n, monitoring.no_servers) icon=IconName::Server /> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use drover_types::{guest::GuestRow, ids::GuestId, monitoring::GuestHealth};

    use super::*;

    fn judged(vmid: u32, cpu_percent: u8) -> Judged {
        Judged {
            guest: Arc::new(GuestRow {
                name: format!("web-{vmid}"),
                cpu_percent,
                ..GuestRow::unknown(GuestId::new("lab", vmid))
            }),
            health: Arc::new(GuestHealth::of(Vec::new())),
        }
    }

    #[test]
    fn a_figure_that_moves_leaves_the_tile_as_it_is() {
        let first = Tiles::of(&Arc::new(vec![judged(100, 1), judged(101, 1)]), Lang::En, None);
        let servers = Arc::new(vec![judged(100, 2), first.servers[1].clone()]);
        let next = Tiles::of(&servers, Lang::En, Some(&first));
        assert!(Arc::ptr_eq(&first.tiles[0], &next.tiles[0]));
        assert!(Arc::ptr_eq(&first.tiles[1], &next.tiles[1]));
        assert_eq!(next.tiles[0].label(), "web-100: Healthy");
        let korean = Tiles::of(&servers, Lang::Ko, Some(&next));
        assert_eq!(korean.tiles[0].label(), "web-100: 정상");
    }
}
