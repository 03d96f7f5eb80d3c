//! The lists of servers: a map by name as the first version has it, a list as the second, and the
//! monitoring list, each also alone and in pages.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use drover_core::inventory::Keys;
use drover_core::monitoring::Bench;
use drover_types::filter::{Filter, Sort};
use drover_types::guest::GuestRow;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::item::{BriefServer, Origins, ServerItem};
use super::monitoring::MonitoredServer;
use crate::api::answer::{LONGEST_LIST, Page, PageQuery, Pagination, Refusal};
use crate::api::input::Query;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which shape the list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum View {
    /// `servers`: by name.
    Map,
    /// `servers`: in order.
    List,
    /// `data`: in brief, with the health of each.
    Monitoring,
}

/// Which servers, and how they are shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// The shape; without it the map and the monitoring list. Not with a page.
    view: Option<View>,
    /// Narrows the list down, in the language of the servers page: `web status:running node:pve1,pve2 -cpu<80 backup>7d
    /// role:web`.
    filter: String,
    /// The order: `name`, `id`, `status`, `node`, `address`, `cpu`, `mem`, `cores`, `ram`, `disk`, `role`, `uptime`,
    /// `backup`; with a hyphen in front the other way round.
    sort: Option<String>,
}

/// Servers by name, or in order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Servers {
    /// By name. Where a name is taken already the later one stands as `name (cluster:vmid)`.
    Map(BTreeMap<String, ServerItem>),
    /// In order.
    List(Vec<ServerItem>),
}

/// Servers in full, or as the monitoring list shows them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Data {
    /// A page.
    Page(Vec<ServerItem>),
    /// The monitoring list.
    Monitoring(Vec<MonitoredServer>),
}

/// The servers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListReply {
    /// Always true.
    success: bool,
    /// The map; with `view=list` a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    servers: Option<Servers>,
    /// The monitoring list; of a page, its servers in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Data>,
    /// Which page it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    /// Whether the list was cut: ask for pages to get the rest.
    truncated: bool,
}

/// List the servers.
///
/// Virtual machines and containers of all clusters, also those that Drover did not make; templates are not servers.
#[utoipa::path(
    get, path = "/api/servers", tag = "servers",
    params(ListQuery, PageQuery),
    responses((status = OK, description = "The servers.", body = ListReply)),
)]
pub(super) async fn list_servers(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<ListQuery>,
    Query(paging): Query<PageQuery>,
) -> Result<Json<ListReply>, Refusal> {
    let picture = server.drover.inventory.list(&request.context)?;
    let page = paging.page()?;
    let filter = Filter::parse(&query.filter, server.drover.clock.now().timestamp())
        .map_err(|error| drover_core::Error::field("filter", error.problem))?;
    let sort = sort(query.sort.as_deref())?;
    let is_wanted = |at: &usize| !picture.guests[*at].template && filter.matches(&picture.guests[*at]);
    let mut found: Vec<usize> = (0..picture.guests.len()).filter(is_wanted).collect();
    let total = found.len();
    let truncated = page.is_none() && total > LONGEST_LIST;
    let (from, to) = page.map_or((0, LONGEST_LIST), Page::range);
    let by = |a: &usize, b: &usize| sort.compare(&picture.guests[*a], &picture.guests[*b]);
    // Of a page of many, only what comes before its end has to be in order.
    if to < total {
        found.select_nth_unstable_by(to, by);
        found.truncate(to);
    }
    found.sort_unstable_by(by);
    let shown: Vec<&GuestRow> = found.iter().skip(from).map(|at| &picture.guests[*at]).collect();
    let origins = Origins::read(&server, &request).await?;
    let item = |row: &GuestRow| ServerItem::new(row, &origins, lang);
    let map = || {
        let keys = Keys::of(&picture);
        shown.iter().map(|row| (keys.key(row), item(row))).collect()
    };
    let list = || shown.iter().map(|row| item(row)).collect();
    // The rules are read only where health is shown: that takes longer than all the rest.
    let shows_health = page.is_none() && !matches!(query.view, Some(View::Map | View::List));
    let bench = if shows_health {
        Some(server.drover.monitoring.bench(&request.context, &picture).await?)
    } else {
        None
    };
    let monitored = |bench: &Bench, row: &GuestRow| MonitoredServer::new(row, bench.judge(row).0.health);
    let monitoring = || {
        let bench = bench.iter();
        bench
            .flat_map(|bench| shown.iter().map(|row| monitored(bench, row)))
            .collect()
    };
    let (servers, data) = match (page, query.view) {
        (Some(_), _) => (None, Some(Data::Page(list()))),
        (None, None) => (Some(Servers::Map(map())), Some(Data::Monitoring(monitoring()))),
        (None, Some(View::Map)) => (Some(Servers::Map(map())), None),
        (None, Some(View::List)) => (Some(Servers::List(list())), None),
        (None, Some(View::Monitoring)) => (None, Some(Data::Monitoring(monitoring()))),
    };
    let pagination = page.map(|page| page.told(total as u64));
    Ok(Json(ListReply {
        success: true,
        servers,
        data,
        pagination,
        truncated,
    }))
}

fn sort(text: Option<&str>) -> Result<Sort, drover_core::Error> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(Sort::default());
    };
    text.parse().map_err(|_| {
        let known = drover_types::filter::SortKey::ALL
            .iter()
            .map(|key| key.as_str().to_owned())
            .collect();
        drover_core::Error::field(
            "sort",
            Problem::UnknownChoice {
                given: text.to_owned(),
                known,
            },
        )
    })
}

/// Which servers of the brief list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct BriefQuery {
    /// Names, with commas between; without it all.
    names: Option<String>,
}

/// The servers in brief.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BriefReply {
    /// Always true.
    success: bool,
    /// By name.
    servers: BTreeMap<String, BriefServer>,
    /// The same in order.
    items: Vec<BriefServer>,
    /// Whether the list was cut.
    truncated: bool,
}

/// List the servers in brief.
#[utoipa::path(
    get, path = "/api/servers/brief", tag = "servers",
    params(BriefQuery),
    responses((status = OK, description = "The servers.", body = BriefReply)),
)]
pub(super) async fn list_brief(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<BriefQuery>,
) -> Result<Json<BriefReply>, Refusal> {
    let picture = server.drover.inventory.list(&request.context)?;
    let names: Option<Vec<&str>> = query.names.as_deref().map(|names| {
        names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect()
    });
    let is_wanted = |row: &&GuestRow| {
        let named = names.as_ref().is_none_or(|names| {
            names.contains(&row.name.as_str()) || names.contains(&row.id.to_string().as_str())
        });
        named && !row.template
    };
    let found: Vec<&GuestRow> = picture.guests.iter().filter(is_wanted).collect();
    let shown = &found[..found.len().min(LONGEST_LIST)];
    let origins = Origins::read(&server, &request).await?;
    let keys = Keys::of(&picture);
    Ok(Json(BriefReply {
        success: true,
        servers: shown
            .iter()
            .map(|row| (keys.key(row), BriefServer::new(row, &origins)))
            .collect(),
        items: shown.iter().map(|row| BriefServer::new(row, &origins)).collect(),
        truncated: shown.len() < found.len(),
    }))
}
