//! Samples of frames and tabs.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{
    Button, ButtonSize, Card, Description, DescriptionList, Section, StatusDot, Tab, TabLinks, TabPanel,
    Tabs, Tone,
};

#[component]
pub(super) fn Frames() -> impl IntoView {
    let active = RwSignal::new("hardware".to_owned());
    let tabs = vec![
        Tab::new("hardware", "Hardware"),
        Tab::new("disks", "Disks").count(2),
        Tab::new("log", "Log"),
    ];
    let links = vec![
        Tab::new("#tabs", "Overview"),
        Tab::new("#card", "Backups").count(14),
    ];
    view! {
        <Entry id="card" title="Card, Section, DescriptionList">
            <div class="gallery__grid">
                <Card title="Hardware" actions=|| view! { <Button size=ButtonSize::Small>"Change"</Button> }>
                    <DescriptionList>
                        <Description term="Node">"pve2"</Description>
                        <Description term="State">
                            <StatusDot label="Running" tone=Tone::Success />
                        </Description>
                        <Description term="Memory">"4 GiB"</Description>
                    </DescriptionList>
                </Card>
                <Card>"A card without a heading."</Card>
                <Section
                    title="Backups"
                    description="The newest of each server."
                    actions=|| view! { <Button size=ButtonSize::Small>"Back up"</Button> }
                >
                    <p>"A section has no frame."</p>
                </Section>
            </div>
        </Entry>
        <Entry id="tabs" title="Tabs, TabLinks">
            <Tabs label="Parts of the server" tabs=tabs active=active>
                <TabPanel id="hardware">"4 cores, 8 GiB"</TabPanel>
                <TabPanel id="disks">"Two disks"</TabPanel>
                <TabPanel id="log">"Nothing happened"</TabPanel>
            </Tabs>
            <TabLinks label="Pages of the server" tabs=links active="#tabs" />
        </Entry>
    }
}
