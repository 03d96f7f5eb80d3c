//! Buttons.

use drover_ui::prelude::*;
use insta::assert_snapshot;
use leptos::prelude::*;

use crate::html;

#[test]
fn button() {
    assert_snapshot!(html(|| view! {
        <Button variant=ButtonVariant::Primary icon=IconName::Plus kind=ButtonKind::Submit attr:form="new">
            "Create"
        </Button>
    }));
}

#[test]
fn a_disabled_button_stays_focusable_and_says_why() {
    assert_snapshot!(html(
        || view! { <Button disabled="Only stopped servers can be started">"Start"</Button> }
    ));
}

#[test]
fn a_busy_button_says_so() {
    let html = html(|| view! { <Button busy=true>"Start"</Button> });
    assert!(
        html.contains("aria-busy=\"true\"") && html.contains("aria-disabled=\"true\""),
        "{html}"
    );
    assert!(!html.contains(" disabled"), "{html}");
}

#[test]
fn a_disabled_link_leads_nowhere() {
    let html = html(
        || view! { <ButtonLink href="/servers/new" disabled="You may not create servers">"New"</ButtonLink> },
    );
    assert!(!html.contains("href"), "{html}");
    assert!(
        html.contains("aria-disabled=\"true\"") && html.contains("tabindex=\"0\""),
        "{html}"
    );
}

#[test]
fn icon_button() {
    assert_snapshot!(html(
        || view! { <IconButton icon=IconName::Columns label="Columns" pressed=Some(true) /> }
    ));
}
