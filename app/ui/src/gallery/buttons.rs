//! Samples of buttons and icons.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{Button, ButtonLink, ButtonSize, ButtonVariant, Icon, IconButton, IconName};

const NAMES: [&str; 4] = ["Primary", "Secondary", "Ghost", "Danger"];

#[component]
pub(super) fn Buttons() -> impl IntoView {
    let count = RwSignal::new(0);
    let pressed = RwSignal::new(false);
    let row = move |(variant, name): (ButtonVariant, &'static str)| {
        view! {
            <div class="gallery__row">
                <Button variant=variant on_click=move |_| count.update(|count| *count += 1)>
                    {name}
                </Button>
                <Button variant=variant icon=IconName::Plus>
                    "With an icon"
                </Button>
                <Button variant=variant size=ButtonSize::Small>
                    "Small"
                </Button>
                <Button variant=variant size=ButtonSize::Large>
                    "Large"
                </Button>
                <Button variant=variant busy=true>
                    "Busy"
                </Button>
                <Button variant=variant disabled="Only stopped servers can be started">
                    "Disabled"
                </Button>
                <ButtonLink variant=variant href="#button">
                    "Link"
                </ButtonLink>
            </div>
        }
    };
    view! {
        <Entry id="button" title="Button, ButtonLink">
            {ButtonVariant::ALL.into_iter().zip(NAMES).map(row).collect_view()}
            <p>"Pressed " {move || count.get()} " times"</p>
        </Entry>
        <Entry id="icon-button" title="IconButton">
            <div class="gallery__row">
                <IconButton icon=IconName::Play label="Start" />
                <IconButton icon=IconName::Refresh label="Reboot" variant=ButtonVariant::Secondary />
                <IconButton icon=IconName::Trash label="Delete" variant=ButtonVariant::Danger />
                <IconButton icon=IconName::More label="More" size=ButtonSize::Small />
                <IconButton icon=IconName::Stop label="Stop" disabled="It is stopped already" />
                <IconButton icon=IconName::Download label="Export" busy=true />
                <IconButton
                    icon=IconName::Columns
                    label="Columns"
                    pressed=move || Some(pressed.get())
                    on_click=move |_| pressed.update(|pressed| *pressed = !*pressed)
                />
            </div>
        </Entry>
    }
}

#[component]
pub(super) fn Icons() -> impl IntoView {
    let one = |(icon, name): &(IconName, &'static str)| {
        view! {
            <span class="gallery__icon">
                <Icon name=*icon />
                {*name}
            </span>
        }
    };
    view! {
        <Entry id="icon" title="Icon">
            <div class="gallery__icons">{IconName::ALL.iter().map(one).collect_view()}</div>
        </Entry>
    }
}
