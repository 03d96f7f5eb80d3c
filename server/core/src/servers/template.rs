//! Which template a server is made from.

use drover_types::server::CreateServer;
use drover_types::text::Problem;
use pve_client::GuestResource;

use super::service::Servers;
use super::survey::Survey;
use crate::error::Result;
use crate::settings::default_template;

impl Servers {
    /// The template that is named; else the default of the system; else the only one there is, of that system
    /// or at all.
    pub(super) async fn choose_template<'a>(
        &self,
        cluster: &str,
        request: &CreateServer,
        survey: &'a Survey,
    ) -> Result<std::result::Result<&'a GuestResource, Problem>> {
        let all = survey.templates();
        let known = || all.iter().map(|template| label(template)).collect();
        let system = request
            .os_type
            .as_deref()
            .map(str::to_ascii_lowercase)
            .filter(|text| !text.is_empty());
        let mut wanted = request.template;
        if wanted.is_none()
            && let Some(system) = &system
        {
            wanted = self.0.settings.get(&default_template(cluster, system)).await?;
        }
        if let Some(vmid) = wanted {
            let found = all.iter().find(|template| template.vmid == vmid).copied();
            let unknown = || Problem::TemplateUnknown {
                template: vmid.to_string(),
                known: known(),
            };
            return Ok(found.ok_or_else(unknown));
        }
        let fitting: Vec<&GuestResource> = match &system {
            Some(system) => all
                .iter()
                .filter(|template| is_of(template, system))
                .copied()
                .collect(),
            None => all.clone(),
        };
        Ok(match (&fitting[..], &all[..]) {
            ([only], _) | (_, [only]) => Ok(*only),
            _ => Err(Problem::TemplateMissing { known: known() }),
        })
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
