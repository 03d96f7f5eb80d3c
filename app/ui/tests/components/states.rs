//! What shows a state.

use drover_ui::prelude::*;
use insta::assert_snapshot;
use leptos::prelude::*;

use crate::html;

#[test]
fn badge_and_dot_carry_their_words() {
    assert_snapshot!(html(|| view! {
        <Badge tone=Tone::Success icon=IconName::Check>"protected"</Badge>
        <StatusDot label="Creating" tone=Tone::Info pulse=true />
    }));
}

#[test]
fn a_callout_that_appears_is_announced() {
    assert_snapshot!(html(|| view! {
        <Callout tone=Tone::Danger title="Lost" announce=true>"The node does not answer."</Callout>
    }));
}

#[test]
fn card_has_the_name_of_its_heading() {
    assert_snapshot!(html(|| view! {
        <Card title="Hardware" actions=|| view! { <Button>"Change"</Button> }>
            <DescriptionList>
                <Description term="Node">"pve2"</Description>
            </DescriptionList>
        </Card>
    }));
}

#[test]
fn empty_state() {
    assert_snapshot!(html(
        || view! { <EmptyState title="No servers" description="Make one." icon=IconName::Server /> }
    ));
}

#[test]
fn meter_and_progress() {
    assert_snapshot!(html(|| view! {
        <Meter label="Memory" value=96.0 text="61 of 64 GiB" />
        <Progress label="Cloning" value=Some(42.4) show_value=true />
        <Progress label="Starting" />
    }));
}

#[test]
fn stepper() {
    let steps = vec![
        Step::new("Reserve", StepState::Done, "done").duration("0.1 s"),
        Step::new("Clone", StepState::Running, "running").progress(42.0),
        Step::new("Start", StepState::Failed, "failed").detail("No memory left"),
    ];
    assert_snapshot!(html(
        move || view! { <Stepper label="Create web-01" steps=steps /> }
    ));
}

#[test]
fn stat_and_split_bar() {
    assert_snapshot!(html(|| view! {
        <Stat label="Servers" value="40" unit="of 60" note="2 failed" tone=Tone::Danger href="/servers" />
        <SplitBar label="Servers" parts=vec![Split::new("Running", 30.0, "30", Tone::Success)] total=40.0 />
    }));
}

#[test]
fn breadcrumb_marks_this_page() {
    assert_snapshot!(html(|| view! {
        <Breadcrumb label="Path" crumbs=vec![Crumb::link("Servers", "/servers"), Crumb::here("web-01")] />
    }));
}

#[test]
fn code_can_be_focused_to_scroll_it() {
    assert_snapshot!(html(
        || view! { <Code text="a < b" label="Log" copy_label="Copy" copied_label="Copied" /> }
    ));
}
