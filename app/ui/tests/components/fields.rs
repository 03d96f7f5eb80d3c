//! Form controls.

use drover_ui::prelude::*;
use insta::assert_snapshot;
use leptos::prelude::*;

use crate::html;

fn text(value: &str) -> RwSignal<String> {
    RwSignal::new(value.to_owned())
}

#[test]
fn text_input_with_everything() {
    assert_snapshot!(html(|| view! {
        <TextInput
            label="Address"
            value=text("10.0.0.300")
            hint="IPv4"
            error="300 is larger than 255"
            required=true
            placeholder="10.0.0.5"
        />
    }));
}

#[test]
fn a_disabled_control_shows_its_reason_in_place_of_its_hint() {
    let html = html(
        || view! { <TextInput label="Node" value=text("pve1") hint="Where it runs" disabled="It is running" /> },
    );
    assert!(
        html.contains("It is running") && !html.contains("Where it runs"),
        "{html}"
    );
    assert!(html.contains("disabled"), "{html}");
}

#[test]
fn password_input() {
    assert_snapshot!(html(|| view! {
        <PasswordInput label="Password" value=text("") show_label="Show" hide_secret_label="Hide" name="password" />
    }));
}

#[test]
fn number_input_with_unit() {
    assert_snapshot!(html(|| view! {
        <NumberInput label="Memory" value=RwSignal::new(Some(4)) unit="GiB" min=1 max=512 />
    }));
}

#[test]
fn select() {
    let options = vec![
        SelectOption::new("a", "First"),
        SelectOption::new("b", "Second").disabled(true),
    ];
    assert_snapshot!(html(
        move || view! { <Select label="Node" value=text("a") options=options placeholder="Any" /> }
    ));
}

#[test]
fn checkbox_and_switch() {
    assert_snapshot!(html(|| view! {
        <Checkbox label="Start it" value=RwSignal::new(true) />
        <Switch label="Firewall" value=RwSignal::new(false) hint="At once" />
    }));
}

#[test]
fn radio_group() {
    let options = vec![
        RadioOption::new("over", "Over it").description("Replaces its disks"),
        RadioOption::new("new", "As a new one").disabled(Some("No room".to_owned())),
    ];
    assert_snapshot!(html(
        move || view! { <RadioGroup label="Restore" value=text("over") options=options error="Choose" /> }
    ));
}

#[test]
fn combobox_shows_the_name_of_its_value() {
    let options = vec![ComboboxOption::new("9001", "debian-13")];
    assert_snapshot!(html(move || view! {
        <Combobox label="Template" value=text("9001") options=options empty_label="None" />
    }));
}

#[test]
fn search_input() {
    assert_snapshot!(html(|| view! {
        <SearchInput label="Filter" value=text("") clear_label="Clear" shortcut="/" error="After > comes a number" />
    }));
}
