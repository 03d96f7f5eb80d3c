//! From the body of a change to the input of the service. Both ways of writing the sizes are taken, and what is not
//! understood or not possible yet is named in the answer.

use drover_types::configuration::{Apply, CloudInitChange, ConfigurationChange, NicAddresses, NicEdit};
use drover_types::role::RoleKey;
use drover_types::text::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::input::Object;
use crate::api::roles::read_role;
use crate::api::servers::fields::{Fields, Notes};

/// What is to become otherwise. What is left out stays as it is; an empty text takes a value away. Numbers may be sent
/// as texts. Fields that are not listed are ignored and named in the answer's `warnings`.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "cpu": {"cores": 4, "sockets": 1, "type": "host"}, "memory": {"size_mb": 8192, "balloon": 2048},
    "description": "the shop", "tags": ["prod", "web"], "apply": "now"
}))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct ChangeConfigBody {
    /// Its name.
    name: Option<String>,
    /// Its processors; a number alone is `cores`.
    cpu: Option<CpuBody>,
    /// Its memory; a number alone is `size_mb`.
    memory: Option<MemoryBody>,
    /// The same as `cpu.cores`.
    cores: Option<u32>,
    /// The same as `cpu.sockets`.
    sockets: Option<u32>,
    /// The same as `cpu.type`.
    cpu_type: Option<String>,
    /// The same as `memory.size_mb`.
    memory_mb: Option<u64>,
    /// The same as `memory.balloon`.
    balloon_mb: Option<u64>,
    /// Its description.
    description: Option<String>,
    /// Its tags.
    tags: Option<Vec<String>>,
    /// Whether it starts with its node.
    on_boot: Option<bool>,
    /// Whether Proxmox refuses to delete it.
    protected: Option<bool>,
    /// The devices that it is started from, in their order.
    boot_order: Option<Vec<String>>,
    /// NICs that come, change or go.
    nics: Option<Vec<NicEdit>>,
    /// Addresses of NICs.
    addresses: Option<Vec<NicAddresses>>,
    /// What cloud-init is told besides addresses.
    cloud_init: Option<CloudInitChange>,
    /// The `digest` that was read: where the configuration has changed since, the answer is 409.
    digest: Option<String>,
    /// `now`: what waits for a start is applied by a task that restarts the server.
    apply: Option<Apply>,
    /// The role that it gets in place of the one that it is there for; an empty text or `none` for none. A task installs
    /// it once everything else is changed.
    role: Option<String>,
    /// The firewall group that it gets in place of those that Drover has given it; `none` for none. A task does it
    /// first; where that fails, nothing else is changed.
    firewall_group: Option<String>,
}

/// Processors.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct CpuBody {
    /// Cores of each socket.
    cores: Option<u32>,
    /// Sockets.
    sockets: Option<u32>,
    /// The type; empty for Proxmox's default.
    r#type: Option<String>,
}

/// Memory.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct MemoryBody {
    /// In MB.
    #[schema(minimum = 128)]
    size_mb: Option<u64>,
    /// The least that ballooning leaves, in MB; 0 switches it off.
    balloon: Option<u64>,
}

/// What is said of the role.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AskedRole {
    /// This one.
    Given(RoleKey),
    /// None.
    Nothing,
}

/// A body that was read.
#[derive(Debug)]
pub(super) struct Read {
    /// What becomes otherwise in Proxmox.
    pub change: ConfigurationChange,
    /// The firewall group, where something is said of it.
    pub group: Option<String>,
    /// The role, or that there is to be none, where something is said of it.
    pub role: Option<AskedRole>,
    /// What is wrong, and what was ignored.
    pub notes: Notes,
}

/// Reads `body`.
pub(super) fn read(body: Object) -> Read {
    let mut notes = Notes::default();
    let mut fields = Fields::new(body);
    let (cpu, memory) = (fields.object("cpu"), fields.object("memory"));
    let mut change = ConfigurationChange {
        name: fields.said("name", &mut notes),
        cores: narrow(&mut fields, "cores", &mut notes).or_else(|| narrow(&mut fields, "cpu", &mut notes)),
        sockets: narrow(&mut fields, "sockets", &mut notes),
        cpu_type: fields.said("cpu_type", &mut notes),
        memory_mb: fields
            .number("memory_mb", &mut notes)
            .or_else(|| fields.number("memory", &mut notes)),
        balloon_mb: fields.number("balloon_mb", &mut notes),
        description: fields.said("description", &mut notes),
        tags: fields.list("tags", &[',', ';', ' '], &mut notes),
        on_boot: fields.flag("on_boot", &mut notes),
        protected: fields.flag("protected", &mut notes),
        boot_order: fields.list("boot_order", &[',', ';', ' '], &mut notes),
        nics: fields.shaped("nics", &mut notes).unwrap_or_default(),
        addresses: fields.shaped("addresses", &mut notes).unwrap_or_default(),
        cloud_init: fields
            .shaped::<CloudInitChange>("cloud_init", &mut notes)
            .unwrap_or_default(),
        digest: fields.text("digest", &mut notes),
        apply: apply(&mut fields, &mut notes),
    };
    if let Some(mut cpu) = cpu {
        change.cores = narrow(&mut cpu, "cores", &mut notes).or(change.cores);
        change.sockets = narrow(&mut cpu, "sockets", &mut notes).or(change.sockets);
        change.cpu_type = cpu.said("type", &mut notes).or(change.cpu_type);
        cpu.finish(&mut notes);
    }
    if let Some(mut memory) = memory {
        change.memory_mb = memory.number("size_mb", &mut notes).or(change.memory_mb);
        change.balloon_mb = memory.number("balloon", &mut notes).or(change.balloon_mb);
        memory.finish(&mut notes);
    }
    let role = match fields.said("role", &mut notes).as_deref().map(read_role) {
        Some(Err(problem)) => {
            notes.problems.insert("role".to_owned(), problem);
            None
        }
        Some(Ok(role)) => Some(role.map_or(AskedRole::Nothing, AskedRole::Given)),
        None => None,
    };
    let group = fields.text("firewall_group", &mut notes);
    fields.finish(&mut notes);
    Read {
        change,
        group,
        role,
        notes,
    }
}

fn narrow(fields: &mut Fields, name: &str, notes: &mut Notes) -> Option<u32> {
    // What is too large for the field is too large for Proxmox, and refused as such.
    let number = fields.number(name, notes)?;
    Some(u32::try_from(number).unwrap_or(u32::MAX))
}

fn apply(fields: &mut Fields, notes: &mut Notes) -> Option<Apply> {
    let given = fields.text("apply", notes)?;
    if given == "now" {
        return Some(Apply::Now);
    }
    // Written by those who mean that it can wait.
    if !matches!(given.as_str(), "later" | "next_start") {
        let known = vec!["now".to_owned(), "later".to_owned()];
        notes
            .problems
            .insert("apply".to_owned(), Problem::UnknownChoice { given, known });
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(body: Value) -> (ConfigurationChange, Notes) {
        let Value::Object(body) = body else {
            panic!("no object")
        };
        let read = read(body);
        (read.change, read.notes)
    }

    #[test]
    fn no_role_is_not_the_same_as_nothing_said_of_it() {
        let role = |body: Value| {
            let Value::Object(body) = body else {
                panic!("no object")
            };
            read(body).role
        };
        assert_eq!(role(json!({"role": null})), None);
        assert_eq!(role(json!({"role": ""})), Some(AskedRole::Nothing));
        assert_eq!(role(json!({"role": "none"})), Some(AskedRole::Nothing));
        let web = RoleKey::parse("web").map(AskedRole::Given);
        assert_eq!(role(json!({"role": "web"})), web);
    }

    #[test]
    fn both_ways_of_writing_are_read() {
        let nested = json!({
            "cpu": {"cores": "4", "sockets": 2, "type": "host"}, "memory": {"size_mb": 4096, "balloon": 0},
            "tags": "b, a", "description": "",
        });
        let flat = json!({
            "cpu": 4, "sockets": "2", "cpu_type": "host", "memory": 4096.0, "balloon_mb": 0,
            "tags": ["b", "a"], "description": "",
        });
        let (change, notes) = of(nested);
        assert!(notes.problems.is_empty() && notes.ignored.is_empty(), "{notes:?}");
        assert_eq!(
            (change.cores, change.sockets, change.memory_mb),
            (Some(4), Some(2), Some(4096))
        );
        assert_eq!(
            (change.balloon_mb, change.description.as_deref()),
            (Some(0), Some(""))
        );
        assert_eq!(change, of(flat).0);
        assert_eq!(of(json!({})).0, ConfigurationChange::default());
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let (change, notes) = of(json!({
            "cpu": {"cores": "many", "threads": 2}, "apply": "soon", "role": "../web", "firewall_group": "none",
            "on_boot": "yes", "nics": [{"edit": "add", "bridge": 3}], "colour": "red",
        }));
        let problems: Vec<_> = notes.problems.keys().map(String::as_str).collect();
        assert_eq!(problems, ["apply", "cpu.cores", "nics[0]", "on_boot", "role"]);
        assert_eq!(notes.ignored, ["cpu.threads", "colour"]);
        assert_eq!(change, ConfigurationChange::default());
    }
}
