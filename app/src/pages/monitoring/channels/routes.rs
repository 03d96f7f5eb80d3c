//! What a channel lets through: its routes, each with the least level, categories, tags and servers.

use std::collections::BTreeSet;

use drover_types::{
    channel::{CATEGORIES, Route},
    notification::Level,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    fields::ChannelFields,
    names::{category_name, level_name},
    route_fields::{LEVELS, RouteFields},
};
use crate::{
    shared::FormError,
    texts::{say, text, use_i18n, use_lang},
};

/// The routes.
#[component]
pub(super) fn RoutesInput(fields: ChannelFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let numbered = move || {
        let routes = fields.routes.get();
        routes.into_iter().enumerate().collect::<Vec<_>>()
    };
    let missing = error.field("routes");
    view! {
        <p class="monitoring__hint">{text!(i18n, channels.routes_hint)}</p>
        <For
            each=numbered
            key=|(index, route): &(usize, RouteFields)| (*index, route.id)
            children=move |(index, route)| {
                view! { <RouteInput index=index route=route fields=fields error=error /> }
            }
        />
        {move || missing.get().map(|why| view! { <p class="monitoring__wrong" role="alert">{why}</p> })}
        <Button
            size=ButtonSize::Small
            icon=IconName::Plus
            on_click=move |_| fields.add_route(&Route::from_level(Level::Warning))
        >
            {move || { lang.track(); say!(i18n, channels.add_route) }}
        </Button>
    }
}

#[component]
fn RouteInput(index: usize, route: RouteFields, fields: ChannelFields, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let levels = Signal::derive(move || {
        let option = |level: Level| SelectOption::new(level.as_str(), level_name(level));
        LEVELS.map(option).to_vec()
    });
    let wrong = move |field: &'static str| {
        Signal::derive(move || Some(error.at(&format!("routes[{index}].{field}"))?.text(lang.get())))
    };
    let number = index + 1;
    let legend = Signal::derive(move || say!(i18n, channels.route, number = number));
    let remove_label = Signal::derive(move || say!(i18n, channels.remove_route, number = number));
    let remove = move |_| {
        fields
            .routes
            .update(|routes| routes.retain(|other| other.id != route.id));
    };
    view! {
        <fieldset class="channels__route">
            <legend>{legend}</legend>
            <Select label=text!(i18n, channels.least_level) value=route.level options=levels />
            <Categories chosen=route.categories />
            <TextInput
                label=text!(i18n, channels.tags)
                value=route.tags
                autocomplete="off"
                hint=Signal::derive(move || Some(say!(i18n, channels.tags_hint)))
                error=wrong("tags")
            />
            <TextInput
                label=text!(i18n, channels.servers)
                value=route.servers
                autocomplete="off"
                hint=Signal::derive(move || Some(say!(i18n, channels.servers_hint)))
                error=wrong("servers")
            />
            <Button
                size=ButtonSize::Small
                icon=IconName::Trash
                on_click=remove
                attr:aria-label=remove_label
            >
                {text!(i18n, channels.remove)}
            </Button>
        </fieldset>
    }
}

/// Which categories; none for all of them.
#[component]
fn Categories(chosen: RwSignal<BTreeSet<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let boxes = CATEGORIES.iter().copied().map(|category| {
        let value = Bound::new(
            move || chosen.with(|chosen| chosen.contains(category)),
            move |on| {
                chosen.update(|chosen| {
                    if on {
                        chosen.insert(category.to_owned());
                    } else {
                        chosen.remove(category);
                    }
                });
            },
        );
        let label = Signal::derive(move || category_name(category));
        view! { <Checkbox label=label value=value /> }
    });
    view! {
        <fieldset class="channels__categories">
            <legend>{text!(i18n, channels.categories)}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
}
