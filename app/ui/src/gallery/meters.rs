//! Samples of bars, figures and steps.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{Meter, Progress, Split, SplitBar, Stat, Step, StepState, Stepper, Tone, percent};

#[component]
pub(super) fn Meters() -> impl IntoView {
    let servers = vec![
        Split::new("Running", 31.0, "31", Tone::Success),
        Split::new("Stopped", 7.0, "7", Tone::Neutral),
        Split::new("Failed", 2.0, "2", Tone::Danger),
    ];
    view! {
        <Entry id="stat" title="Stat">
            <div class="overview__tiles">
                <Stat label="Servers" value="40" note="2 failed" tone=Tone::Danger href="#stat" />
                <Stat
                    label="CPU"
                    value="37.5"
                    unit="% of 128 cores"
                    footer=|| view! { <Meter label="CPU used" value=37.5 /> }
                />
                <Stat
                    label="Memory"
                    value="412"
                    unit="of 512 GiB"
                    note="80 % used"
                    tone=Tone::Warning
                    footer=|| view! { <Meter label="Memory used" value=percent(412.0, 512.0) /> }
                />
                <Stat label="Last backup" value="3 h" unit="ago" />
            </div>
        </Entry>
        <Entry id="meter" title="Meter">
            <div class="gallery__grid">
                <Meter label="Memory" value=percent(40.0, 64.0) text="40 of 64 GiB" />
                <Meter label="CPU" value=86.0 text="86 %" />
                <Meter label="Disk" value=97.0 text="97 %" />
                <Meter label="Empty" value=0.0 text="0 %" />
            </div>
        </Entry>
        <Entry id="progress" title="Progress">
            <div class="gallery__grid">
                <Progress label="Cloning" value=Some(42.0) show_value=true />
                <Progress label="Starting" />
                <Progress label="Backing up" value=Some(100.0) tone=Tone::Success show_value=true />
                <Progress label="Restoring" value=Some(63.0) tone=Tone::Danger show_value=true />
            </div>
        </Entry>
        <Entry id="split-bar" title="SplitBar">
            <SplitBar label="Servers" parts=servers />
            <SplitBar
                label="Storage"
                parts=vec![
                    Split::new("Used", 420.0, "420 GiB", Tone::Info),
                    Split::new("Allocated", 180.0, "180 GiB", Tone::Warning),
                ]
                total=1000.0
            />
        </Entry>
    }
}

#[component]
pub(super) fn Steps() -> impl IntoView {
    let steps = vec![
        Step::new("Reserve id and address", StepState::Done, "done").duration("0.1 s"),
        Step::new("Clone template debian-13 to pve2", StepState::Running, "running")
            .progress(42.0)
            .duration("18 s"),
        Step::new("Configure network", StepState::Pending, "to come"),
        Step::new("Grow disk", StepState::Skipped, "not needed"),
        Step::new("Start", StepState::Pending, "to come"),
    ];
    let failed = vec![
        Step::new("Reserve id and address", StepState::Undone, "undone").duration("0.1 s"),
        Step::new("Clone template debian-13 to pve2", StepState::Failed, "failed")
            .duration("31 s")
            .detail("Storage local-zfs has 2 GiB left; the disk needs 32 GiB."),
        Step::new("Configure network", StepState::Cancelled, "cancelled"),
    ];
    view! {
        <Entry id="stepper" title="Stepper">
            <div class="gallery__grid">
                <Stepper label="Create web-01" steps=steps />
                <Stepper label="Create web-02" steps=failed />
            </div>
        </Entry>
    }
}
