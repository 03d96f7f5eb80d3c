//! What runs roles: Ansible, and the tools of OpenSSH by which Drover signs in to servers.

use std::path::Path;

use drover_core::ansible::AnsibleOptions;
use tokio::process::Command;

use super::finding::Finding;

/// Whether roles can be installed. A Drover without them is a Drover all the same.
pub(super) async fn check_ansible(options: &AnsibleOptions) -> Vec<Finding> {
    let mut findings = vec![playbook(options).await];
    for tool in ["ssh", "ssh-keyscan"] {
        let path = std::env::var_os("PATH").unwrap_or_default();
        if !std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()) {
            findings.push(Finding::Warning(
                format!("{tool} is not in the path"),
                "No role can be installed: install the package openssh-client.".to_owned(),
            ));
        }
    }
    findings
}

async fn playbook(options: &AnsibleOptions) -> Finding {
    let Ok(path) = options.find_playbook() else {
        return Finding::Warning(
            "ansible-playbook is not there".to_owned(),
            "No role can be installed: install ansible-core, or name its ansible-playbook by ANSIBLE_PLAYBOOK."
                .to_owned(),
        );
    };
    match version(&path).await {
        Ok(version) => Finding::Good(format!("{version} runs roles")),
        Err(said) => Finding::Bad(
            format!("{} does not run: {said}", path.display()),
            "Install ansible-core anew, or name another ansible-playbook by ANSIBLE_PLAYBOOK.".to_owned(),
        ),
    }
}

/// The first line of what it says of itself.
async fn version(path: &Path) -> Result<String, String> {
    let output = Command::new(path).arg("--version").output().await;
    let output = output.map_err(|error| error.to_string())?;
    let first = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.lines().next().unwrap_or_default().to_owned()
    };
    if output.status.success() {
        Ok(first(&output.stdout))
    } else {
        Err(first(&output.stderr))
    }
}
