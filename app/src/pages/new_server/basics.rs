//! What the server is called, what it is made of, and where.

use drover_types::{cluster::TemplateRow, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    fields,
    part::Part,
    paste::PasteButton,
    state::{Choices, Form},
};
use crate::texts::{say, text, use_i18n};

/// Name, cluster, template and node.
#[component]
pub fn Basics(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let is_many = Memo::new(move |_| form.is_many());
    let clusters = form.choices.with_value(Choices::clusters);
    let cluster_options: Vec<_> = clusters
        .iter()
        .map(|name| SelectOption::new(name.clone(), name.clone()))
        .collect();
    view! {
        <Part title=text!(i18n, new_server.basics) hint=text!(i18n, new_server.basics_hint)>
            <div class="new-server__name">
                <TextInput
                    label=text!(i18n, new_server.name)
                    value=form.part(|draft| draft.name.clone(), |draft, name| draft.name = name)
                    hint=Signal::derive(move || Some(say!(i18n, new_server.name_hint)))
                    placeholder="web-01"
                    autocomplete="off"
                    required=true
                    error=form.problem(|_| fields::NAME.to_owned())
                />
                <NumberInput
                    label=text!(i18n, new_server.count)
                    value=Bound::new(
                        move || form.draft.with(|draft| {
                            let said = draft.said_by_name().and_then(|count| i64::try_from(count).ok());
                            said.or(draft.count)
                        }),
                        move |count| form.draft.update(|draft| draft.count = count),
                    )
                    min=Some(1)
                    max=form.choices.with_value(|choices| Some(i64::from(choices.most)))
                    disabled=Signal::derive(move || {
                        let is_said = form.draft.with(|draft| draft.said_by_name().is_some());
                        is_said.then(|| say!(i18n, new_server.count_said))
                    })
                    error=form.problem(|_| fields::COUNT.to_owned())
                />
            </div>
            {move || {
                (!is_many.get())
                    .then(|| {
                        view! {
                            <div class="new-server__paste">
                                <IdScope name="paste">
                                    <PasteButton form=form />
                                </IdScope>
                            </div>
                        }
                    })
            }}
            {(clusters.len() > 1)
                .then(|| {
                    view! {
                        <Select
                            label=text!(i18n, new_server.cluster)
                            value=Bound::new(
                                move || form.draft.with(|draft| draft.cluster.clone()),
                                move |name| choose_cluster(form, &name),
                            )
                            options=cluster_options
                            error=form.problem(|_| fields::CLUSTER.to_owned())
                        />
                    }
                })}
            <Template form=form />
            <Node form=form />
        </Part>
    }
}

#[component]
fn Template(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let options = Signal::derive(move || {
        let cluster = form.draft.with(|draft| draft.cluster.clone());
        form.choices.with_value(|choices| {
            let own = choices
                .templates
                .iter()
                .filter(|template| template.cluster == cluster);
            own.map(|template| {
                let disk: u64 = template.disks.iter().map(|disk| disk.size_gb).sum();
                let memory = units::size(template.memory_mb * units::MIB);
                let os = if template.os_type.is_empty() {
                    String::new()
                } else {
                    format!("{} · ", template.os_type)
                };
                let place = if template.any_node {
                    say!(i18n, new_server.any_node)
                } else {
                    template.node.clone()
                };
                ComboboxOption::new(
                    template.vmid.to_string(),
                    format!("{} ({})", template.name, template.vmid),
                )
                .detail(format!(
                    "{os}{disk} GiB · {} CPU · {memory} · {place}",
                    template.cores
                ))
            })
            .collect::<Vec<_>>()
        })
    });
    let hint = Signal::derive(move || {
        let template = chosen(form)?;
        let disks: Vec<_> = template
            .disks
            .iter()
            .map(|disk| format!("{} {} GiB ({})", disk.interface, disk.size_gb, disk.storage))
            .collect();
        let memory = units::size(template.memory_mb * units::MIB);
        Some(say!(
            i18n,
            new_server.template_hint,
            node = template.node.clone(),
            count = u64::from(template.cores),
            memory = memory.clone(),
            disks = disks.join(", ")
        ))
    });
    view! {
        <Combobox
            label=text!(i18n, new_server.template)
            value=Bound::new(
                move || form.draft.with(|draft| draft.template.clone()),
                move |vmid| choose_template(form, &vmid),
            )
            options=options
            empty_label=text!(i18n, new_server.no_template_found)
            required=true
            hint=hint
            error=form.problem(|_| fields::TEMPLATE.to_owned())
        />
    }
}

#[component]
fn Node(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let options = Signal::derive(move || {
        let cluster = form.draft.with(|draft| draft.cluster.clone());
        form.choices.with_value(|choices| {
            let own = choices.nodes.iter().filter(|node| node.cluster == cluster);
            own.map(|node| {
                let free = units::size(node.memory_bytes.saturating_sub(node.memory_used_bytes));
                let label = if node.online {
                    say!(
                        i18n,
                        new_server.node_free,
                        node = node.name.clone(),
                        free = free.clone()
                    )
                } else {
                    say!(i18n, new_server.node_offline, node = node.name.clone())
                };
                SelectOption::new(node.name.clone(), label).disabled(!node.online)
            })
            .collect::<Vec<_>>()
        })
    });
    // On local storage a clone can only be made where its template is.
    let fixed = Signal::derive(move || {
        let template = chosen(form).filter(|template| !template.any_node)?;
        Some(say!(i18n, new_server.node_fixed, node = template.node.clone()))
    });
    let auto = Signal::derive(move || {
        Some(match chosen(form).filter(|template| !template.any_node) {
            Some(template) => template.node,
            None => say!(i18n, new_server.node_auto),
        })
    });
    view! {
        <Select
            label=text!(i18n, new_server.node)
            value=form.part(|draft| draft.node.clone(), |draft, node| draft.node = node)
            options=options
            placeholder=auto
            disabled=fixed
            error=form.problem(|_| fields::NODE.to_owned())
        />
    }
}

fn chosen(form: Form) -> Option<TemplateRow> {
    form.draft.with(|draft| {
        form.choices
            .with_value(|choices| choices.template(draft).cloned())
    })
}

fn choose_template(form: Form, vmid: &str) {
    let Ok(vmid) = vmid.parse::<u32>() else { return };
    form.draft.update(|draft| {
        form.choices.with_value(|choices| {
            let last = choices.template(draft).cloned();
            let cluster = draft.cluster.clone();
            let next = choices
                .templates
                .iter()
                .find(|row| row.cluster == cluster && row.vmid == vmid);
            if let Some(next) = next {
                draft.choose_template(next, last.as_ref());
            }
        });
    });
}

fn choose_cluster(form: Form, cluster: &str) {
    form.draft.update(|draft| {
        form.choices.with_value(|choices| {
            let last = choices.template(draft).cloned();
            let next = choices
                .templates
                .iter()
                .find(|template| template.cluster == cluster);
            if let Some(next) = next {
                draft.choose_template(next, last.as_ref());
                draft.node.clear();
                for nic in &mut draft.nics {
                    nic.bridge.clear();
                }
            }
        });
    });
}
