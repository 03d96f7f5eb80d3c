//! Samples of form controls.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{
    Bound, Checkbox, Combobox, ComboboxOption, Completion, NumberInput, PasswordInput, RadioGroup,
    RadioOption, SearchInput, Select, SelectOption, Switch, TextArea, TextInput, Typing,
};

/// A value of its own for a control.
fn kept<T: Clone + Send + Sync + 'static>(value: T) -> Bound<T> {
    RwSignal::new(value).into()
}

/// Completes the name of a fruit.
fn fruit(typing: Typing) -> Vec<Completion> {
    let typed = &typing.text[..typing.caret];
    let fits = |fruit: &&str| typing.asked || !typed.is_empty() && fruit.starts_with(typed);
    let completion = |fruit: &str| Completion {
        at: 0..typing.caret,
        text: fruit.to_owned(),
        detail: Some(format!("{} letters", fruit.len())),
        goes_on: false,
    };
    ["apple", "apricot", "banana", "cherry"]
        .into_iter()
        .filter(fits)
        .map(completion)
        .collect()
}

#[component]
pub(super) fn Fields() -> impl IntoView {
    view! {
        <Texts />
        <Choices />
    }
}

#[component]
fn Texts() -> impl IntoView {
    view! {
        <Entry id="text-input" title="TextInput, PasswordInput, NumberInput, TextArea, SearchInput">
            <div class="gallery__grid">
                <TextInput label="Name" value=kept("web-01".to_owned()) hint="Letters, digits and hyphens" required=true />
                <TextInput label="Address" value=kept("10.0.0.300".to_owned()) error="300 is larger than 255" monospace=true />
                <TextInput label="Node" value=kept("pve1".to_owned()) disabled="A running server stays on its node" />
                <TextInput label="Description" value=kept(String::new()) placeholder="What it is for" />
                <PasswordInput
                    label="Password"
                    value=kept("hunter2".to_owned())
                    show_label="Show the password"
                    hide_secret_label="Hide the password"
                />
                <NumberInput label="Memory" value=kept(Some(4)) unit="GiB" min=1 max=512 />
                <NumberInput label="Cores" value=kept(None) error="How many cores?" min=1 />
                <TextArea label="SSH keys" value=kept(String::new()) placeholder="ssh-ed25519 …" monospace=true />
            </div>
            <div class="toolbar">
                <SearchInput
                    label="Filter servers"
                    value=kept(String::new())
                    clear_label="Clear"
                    placeholder="web status:running node:pve2"
                    shortcut="/"
                />
                <SearchInput
                    label="Filter servers with completions"
                    value=kept(String::new())
                    clear_label="Clear"
                    placeholder="Type a letter"
                    completions_label="Completions"
                    complete=Callback::new(fruit)
                />
                <SearchInput
                    label="Filter servers with a mistake"
                    value=kept("cpu>>80".to_owned())
                    clear_label="Clear"
                    error="After > comes a number"
                />
            </div>
        </Entry>
    }
}

#[component]
fn Choices() -> impl IntoView {
    let nodes = vec![
        SelectOption::new("pve1", "pve1"),
        SelectOption::new("pve2", "pve2"),
        SelectOption::new("pve3", "pve3 (does not answer)").disabled(true),
    ];
    let templates = vec![
        ComboboxOption::new("9001", "debian-13").detail("pve1, 4 GiB"),
        ComboboxOption::new("9002", "rocky-10").detail("pve1, 10 GiB"),
        ComboboxOption::new("9003", "ubuntu-26.04").detail("pve2, 8 GiB"),
    ];
    let restore = vec![
        RadioOption::new("over", "Over the server")
            .description("The server is stopped and its disks are replaced."),
        RadioOption::new("new", "As a new server").description("The server stays as it is."),
        RadioOption::new("files", "Files only").disabled(Some("The backup has no file index".to_owned())),
    ];
    let sizes = ["Small", "Medium", "Large"]
        .map(|name| RadioOption::new(name, name))
        .to_vec();
    view! {
        <Entry id="select" title="Select">
            <div class="gallery__grid">
                <Select label="Node" value=kept("pve2".to_owned()) options=nodes.clone() />
                <Select label="Target" value=kept(String::new()) options=nodes.clone() placeholder="Drover decides" />
                <Select label="Source" value=kept("pve1".to_owned()) options=nodes.clone() error="pve1 has no room left" />
                <Select label="Fixed" value=kept("pve1".to_owned()) options=nodes disabled="Set by the template" />
            </div>
        </Entry>
        <Entry id="combobox" title="Combobox">
            <div class="gallery__grid">
                <Combobox
                    label="Template"
                    value=kept("9001".to_owned())
                    options=templates.clone()
                    empty_label="No template matches"
                />
                <Combobox
                    label="Tag"
                    value=kept("prod".to_owned())
                    options=Vec::new()
                    empty_label="A new tag"
                    allow_other=true
                    hint="A new one is made where none matches."
                />
                <Combobox
                    label="Image"
                    value=kept(String::new())
                    options=templates
                    empty_label="No image matches"
                    placeholder="Type to find one"
                    error="Choose an image"
                />
            </div>
        </Entry>
        <Entry id="checkbox" title="Checkbox, Switch, RadioGroup">
            <div class="gallery__grid">
                <Checkbox label="Start after creating" value=kept(true) />
                <Checkbox label="Protect from deletion" value=kept(false) hint="Deleting then asks twice." />
                <Checkbox label="All servers" value=kept(false) indeterminate=true />
                <Checkbox label="I have read it" value=kept(false) error="Please read it" />
                <Checkbox label="Agent" value=kept(true) disabled="The template has none" />
                <Switch label="Notify by e-mail" value=kept(true) />
                <Switch label="Firewall" value=kept(false) hint="Takes effect at once." />
                <Switch label="High availability" value=kept(false) disabled="Needs shared storage" />
                <RadioGroup label="Restore" value=kept("over".to_owned()) options=restore />
                <RadioGroup label="Size" value=kept("Medium".to_owned()) options=sizes inline=true />
            </div>
        </Entry>
    }
}
