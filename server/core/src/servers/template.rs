//! Which template a server is made from.

use drover_types::server::CreateServer;
use drover_types::text::Problem;
use pve_client::GuestResource;

use super::survey::Survey;
use crate::clusters::Defaults;

/// The template that is named; else the configured one of the system; else the only one there is, of that system
/// or at all.
pub(super) fn choose_template<'a>(
    defaults: &Defaults,
    request: &CreateServer,
    survey: &'a Survey,
) -> Result<&'a GuestResource, Problem> {
    let all = survey.templates();
    let known = || all.iter().map(|template| label(template)).collect();
    let system = request
        .os_type
        .as_deref()
        .map(str::to_lowercase)
        .filter(|text| !text.is_empty());
    let configured = || defaults.templates.get(system.as_deref()?).copied();
    if let Some(vmid) = request.template.or_else(configured) {
        let found = all.iter().find(|template| template.vmid == vmid).copied();
        return found.ok_or_else(|| Problem::TemplateUnknown {
            template: vmid.to_string(),
            known: known(),
        });
    }
    let fitting: Vec<&GuestResource> = match &system {
        Some(system) => all
            .iter()
            .filter(|template| is_of(template, system))
            .copied()
            .collect(),
        None => all.clone(),
    };
    match (&fitting[..], &all[..]) {
        ([only], _) | (_, [only]) => Ok(*only),
        _ => Err(Problem::TemplateMissing { known: known() }),
    }
}

fn is_of(template: &GuestResource, system: &str) -> bool {
    let name = template.name.as_deref().unwrap_or_default().to_ascii_lowercase();
    name.contains(system) || template.tags.iter().any(|tag| tag == system)
}

/// A template as people choose it.
fn label(template: &GuestResource) -> String {
    match &template.name {
        Some(name) => format!("{} ({name})", template.vmid),
        None => template.vmid.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pve_client::Resource;
    use serde_json::json;

    use super::*;

    fn survey() -> Survey {
        let templates = [(9000, "ubuntu-24.04"), (9001, "ubuntu-22.04"), (9002, "rocky-9")];
        let guest = |(vmid, name): (u32, &str)| {
            let resource = json!({
                "id": format!("qemu/{vmid}"), "type": "qemu", "vmid": vmid, "name": name, "node": "pve1",
                "status": "stopped", "template": 1,
            });
            match serde_json::from_value(resource).unwrap() {
                Resource::Guest(guest) => guest,
                other => panic!("{other:?}"),
            }
        };
        Survey {
            guests: templates.map(guest).into(),
            ..Survey::default()
        }
    }

    fn chosen(request: &CreateServer) -> Result<u32, Problem> {
        let defaults = Defaults {
            templates: BTreeMap::from([("ubuntu".to_owned(), 9001)]),
            ..Defaults::default()
        };
        choose_template(&defaults, request, &survey()).map(|template| template.vmid)
    }

    fn system(name: &str) -> CreateServer {
        CreateServer {
            os_type: Some(name.to_owned()),
            ..CreateServer::default()
        }
    }

    #[test]
    fn what_is_named_comes_before_what_is_configured_and_that_before_the_only_one() {
        assert_eq!(chosen(&system("Ubuntu")), Ok(9001));
        assert_eq!(chosen(&system("rocky")), Ok(9002));
        let named = CreateServer {
            template: Some(9000),
            ..system("ubuntu")
        };
        assert_eq!(chosen(&named), Ok(9000));
        assert!(
            matches!(chosen(&system("debian")), Err(Problem::TemplateMissing { known }) if known.len() == 3)
        );
    }
}
