//! What the credentials may do, compared with what Drover does. It acts on guests, nodes and storages of any name,
//! so each privilege is wanted on `/`, passed down.

use pve_client::Permissions;

use super::finding::Finding;

/// A privilege and what for.
struct Needed {
    privilege: &'static str,
    purpose: &'static str,
    /// Another one that does as well, where it is held anyway.
    or: Option<&'static str>,
    /// Whether servers can't be made without it.
    to_create: bool,
}

const fn needed(privilege: &'static str, purpose: &'static str) -> Needed {
    Needed {
        privilege,
        purpose,
        or: None,
        to_create: true,
    }
}

/// What is good for one thing that Drover may do without.
const fn useful(privilege: &'static str, purpose: &'static str) -> Needed {
    Needed {
        to_create: false,
        ..needed(privilege, purpose)
    }
}

/// Those that every supported version has.
const PRIVILEGES: &[Needed] = &[
    needed("VM.Audit", "see guests"),
    needed("VM.Clone", "copy templates"),
    needed("VM.Allocate", "make and delete servers"),
    needed("VM.Config.CPU", "set cores and the type of CPU"),
    needed("VM.Config.Memory", "set memory"),
    needed(
        "VM.Config.Disk",
        "add, grow, move and remove disks, and set the boot order",
    ),
    needed("VM.Config.Network", "plug in NICs"),
    needed("VM.Config.Cloudinit", "write cloud-init"),
    needed("VM.Config.CDROM", "add the cloud-init drive"),
    needed("VM.Config.Options", "set names, tags and notes"),
    needed("VM.PowerMgmt", "start and stop guests"),
    needed("Datastore.Audit", "see storages"),
    needed("Datastore.AllocateSpace", "make disks"),
    needed("Sys.Audit", "see nodes and their tasks"),
    needed("SDN.Use", "plug NICs into bridges"),
    // What is below `/cluster/firewall` is changed with it (`PVE::API2::Firewall::Groups`); a guest's own list is not.
    // So is a limit of speed that a backup job has (`assert_param_permission_vzdump` of `PVE::API2::VZDump`).
    useful(
        "Sys.Modify",
        "write firewall groups, sets and aliases, and run backup jobs that limit their speed",
    ),
    // An archive is listed for who may back its guest up (`check_volume_access` of `PVE::Storage`).
    useful("VM.Backup", "see, make, restore and delete backups"),
    // A volume that belongs to no guest is deleted by itself (`delete` of `PVE::API2::Storage::Content`); what says which
    // backups are kept is for who may change the storage (`PVE::API2::VZDump`, `PVE::API2::Backup`).
    useful(
        "Datastore.Allocate",
        "delete disks that no guest has any more, and prune and schedule backups",
    ),
];

/// What asks the guest agent. Proxmox VE 9 split its calls off `VM.Monitor`, and running a command off those. A new
/// server is also known to be up by its port.
const AGENT_9: &[Needed] = &[
    Needed {
        or: Some(COMMANDS),
        ..useful("VM.GuestAgent.Audit", "ask the guest agent")
    },
    Needed {
        or: Some(COMMANDS),
        ..useful("VM.GuestAgent.FileRead", "read how much memory guests really use")
    },
    useful(
        COMMANDS,
        "read the journals of guests, with a command that the guest agent runs",
    ),
];
const COMMANDS: &str = "VM.GuestAgent.Unrestricted";
const AGENT_8: &[Needed] = &[useful(
    "VM.Monitor",
    "ask the guest agent, and read the journals of guests",
)];

const fn agent(major: u32) -> &'static [Needed] {
    if major >= 9 { AGENT_9 } else { AGENT_8 }
}

/// How many paths are named at most.
const NAMED_PATHS: usize = 3;

/// Where a privilege is held.
#[derive(Debug, PartialEq, Eq)]
enum Held<'a> {
    Everywhere,
    /// On these paths and, where they pass it down, below them.
    Only(Vec<&'a str>),
    Nowhere,
}

fn held<'a>(held: &'a Permissions, privilege: &str) -> Held<'a> {
    let passed_down = |path: &str| held.paths().get(path).and_then(|on| on.get(privilege)).copied();
    if passed_down("/") == Some(true) {
        return Held::Everywhere;
    }
    // On `/` alone, nothing that Drover acts on is reached.
    let paths: Vec<&str> = held
        .paths()
        .iter()
        .filter(|(path, on)| *path != "/" && on.contains_key(privilege))
        .map(|(path, _)| path.as_str())
        .collect();
    if paths.is_empty() {
        Held::Nowhere
    } else {
        Held::Only(paths)
    }
}

/// What the privileges that are held are good for, on the cluster `name` of Proxmox VE `major`.
pub(super) fn judge(name: &str, major: u32, permissions: &Permissions) -> Vec<Finding> {
    let (mut lacking, mut wanting, mut partial) = (Vec::new(), Vec::new(), Vec::new());
    for one in PRIVILEGES.iter().chain(agent(major)) {
        if one
            .or
            .is_some_and(|other| held(permissions, other) == Held::Everywhere)
        {
            continue;
        }
        match held(permissions, one.privilege) {
            Held::Everywhere => {}
            Held::Only(paths) => partial.push((one, paths)),
            Held::Nowhere if one.to_create => lacking.push(one),
            Held::Nowhere => wanting.push(one),
        }
    }
    let mut findings = Vec::new();
    if !lacking.is_empty() {
        findings.push(Finding::Bad(
            format!(
                "cluster {name}: servers can't be made, as the token lacks {}",
                listed(&lacking)
            ),
            mend(&lacking),
        ));
    }
    if !wanting.is_empty() {
        findings.push(Finding::Warning(
            format!("cluster {name}: the token lacks {}", listed(&wanting)),
            mend(&wanting),
        ));
    }
    if !partial.is_empty() {
        let partial: Vec<String> = partial
            .iter()
            .map(|(one, paths)| format!("{} on {}", one.privilege, some_of(paths)))
            .collect();
        findings.push(Finding::Warning(
            format!(
                "cluster {name}: on some paths only, the token holds {}",
                partial.join("; ")
            ),
            "Elsewhere Proxmox refuses what Drover asks for. Give the role on / with: pveum acl modify / --users \
             <user> --roles <role>; a token with privilege separation needs --tokens <token> too."
                .to_owned(),
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::Good(format!(
            "cluster {name}: the token holds every privilege that Drover uses"
        )));
    }
    findings
}

fn listed(needed: &[&Needed]) -> String {
    let listed: Vec<String> = needed
        .iter()
        .map(|one| format!("{} (to {})", one.privilege, one.purpose))
        .collect();
    listed.join(", ")
}

fn mend(needed: &[&Needed]) -> String {
    let privileges: Vec<&str> = needed.iter().map(|one| one.privilege).collect();
    format!(
        "Add to its role with: pveum role modify <role> --append 1 --privs \"{}\"; the role has to be given on /, \
         and to the token itself where that has privilege separation.",
        privileges.join(" ")
    )
}

fn some_of(paths: &[&str]) -> String {
    let named = paths
        .iter()
        .take(NAMED_PATHS)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match paths.len().saturating_sub(NAMED_PATHS) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Map, Value, json};

    use super::*;

    /// Every privilege but `without`, passed down or not.
    fn all_but(without: &[&str], passed_down: u8) -> Value {
        let mut on = Map::new();
        for one in PRIVILEGES.iter().chain(agent(9)) {
            if !without.contains(&one.privilege) {
                on.insert(one.privilege.to_owned(), json!(passed_down));
            }
        }
        on.into()
    }

    fn judged(permissions: Value) -> Vec<Finding> {
        judge("lab", 9, &serde_json::from_value(permissions).unwrap())
    }

    #[test]
    fn all_on_the_root_is_good() {
        let found = judged(json!({"/": all_but(&[], 1), "/vms/100": {"VM.Audit": 1}}));
        assert!(matches!(found.as_slice(), [Finding::Good(_)]), "{found:?}");
    }

    #[test]
    fn what_making_servers_needs_is_a_failure_that_says_how_to_mend_it() {
        let found = judged(json!({"/": all_but(&["VM.Clone", "SDN.Use"], 1)}));
        let [Finding::Bad(what, mend)] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert!(
            what.contains("VM.Clone (to copy templates)") && what.contains("SDN.Use"),
            "{what}"
        );
        assert!(mend.contains("--privs \"VM.Clone SDN.Use\""), "{mend}");
    }

    #[test]
    fn what_it_does_without_is_a_warning() {
        let both = ["VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"];
        let found = judged(json!({"/": all_but(&both, 1)}));
        assert!(
            matches!(found.as_slice(), [Finding::Warning(what, _)] if both.iter().all(|one| what.contains(one))),
            "{found:?}"
        );
    }

    #[test]
    fn who_may_run_commands_may_ask_the_agent_too() {
        let found = judged(json!({"/": all_but(&["VM.GuestAgent.Audit"], 1)}));
        assert!(matches!(found.as_slice(), [Finding::Good(_)]), "{found:?}");
    }

    /// The privileges of the role in the README for one version, and those that it says may be added.
    fn readme(major: u32) -> (BTreeSet<String>, BTreeSet<String>) {
        let text = include_str!("../../../README.md");
        let (_, own) = text.split_once(&format!("# Proxmox VE {major}")).unwrap();
        let quoted = |text: &str| -> BTreeSet<String> {
            let listed = text
                .split_once("--privs \"")
                .unwrap()
                .1
                .split('"')
                .next()
                .unwrap();
            listed
                .replace('\\', " ")
                .split_whitespace()
                .map(str::to_owned)
                .collect()
        };
        let lines = text.split("--append 1").skip(1);
        let mut added: BTreeSet<String> = lines.flat_map(quoted).collect();
        if major < 9 {
            added.retain(|one| !one.starts_with("VM.GuestAgent."));
        }
        (quoted(own), added)
    }

    #[test]
    fn the_readme_gives_what_is_used_and_no_more() {
        for major in [8, 9] {
            let (role, added) = readme(major);
            let used: BTreeSet<String> = PRIVILEGES
                .iter()
                .chain(agent(major))
                .map(|one| one.privilege.to_owned())
                .collect();
            assert_eq!(
                role.union(&added).cloned().collect::<BTreeSet<_>>(),
                used,
                "{major}"
            );
            let needed = PRIVILEGES.iter().filter(|one| one.to_create);
            assert!(
                needed.into_iter().all(|one| role.contains(one.privilege)),
                "{role:?}"
            );
        }
    }

    #[test]
    fn what_is_held_below_the_root_only_is_a_warning_that_names_the_paths() {
        let on = json!({"VM.Clone": 1});
        let found = judged(json!({
            "/": all_but(&["VM.Clone"], 1), "/vms/1": on, "/vms/2": on, "/vms/3": on, "/vms/4": on,
        }));
        assert!(
            matches!(found.as_slice(), [Finding::Warning(what, _)]
                if what.ends_with("VM.Clone on /vms/1, /vms/2, /vms/3 and 1 more")),
            "{found:?}"
        );
    }

    #[test]
    fn what_the_root_does_not_pass_down_is_held_nowhere() {
        let found = judged(json!({"/": all_but(&[], 0)}));
        assert!(
            matches!(found.as_slice(), [Finding::Bad(what, _), Finding::Warning(..)] if what.contains("VM.Audit")),
            "{found:?}"
        );
    }
}
