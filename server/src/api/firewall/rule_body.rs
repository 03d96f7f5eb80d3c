//! From the body of a rule, as every version of the API writes it, to the input of the service.

use drover_types::error::FieldProblems;
use drover_types::firewall::{Action, Direction, LogLevel, RuleDraft};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::input::Object;
use crate::api::servers::fields::{Fields, Notes};

/// A rule. Fields that are not listed are ignored and named in the answer's `warnings`.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "action": "ACCEPT", "protocol": "tcp", "port": "443", "source_ip": "10.0.0.0/8", "description": "HTTPS"
}))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct RuleBody {
    /// `ACCEPT`, `DROP` or `REJECT`; `DENY` is `DROP`. Required.
    action: String,
    /// `in`, `out` or `forward`.
    #[schema(default = "in")]
    direction: Option<String>,
    /// The protocol, also as `proto`; `any` for any. Where neither it nor a macro is named: `tcp`.
    protocol: Option<String>,
    /// The port it goes to, a range such as `80:85` or a list, also as `dport`.
    port: Option<String>,
    /// The port it comes from, also as `sport`.
    source_port: Option<String>,
    /// Where it comes from: an address, a network, a range, `+set` or an alias. Also as `source`.
    source_ip: Option<String>,
    /// Where it goes to. Also as `dest`.
    dest_ip: Option<String>,
    /// A macro, such as `SSH`.
    r#macro: Option<String>,
    /// The type of ICMP, such as `echo-request`.
    icmp_type: Option<String>,
    /// Whether it counts.
    #[schema(default = true)]
    enable: Option<bool>,
    /// How loud a match is logged, such as `info`.
    log: Option<String>,
    /// What is noted, also as `comment`.
    description: Option<String>,
    /// A new rule: in front of which one it is put; the end of the list where nothing is said.
    position: Option<u32>,
    /// The rule that is changed, also as `pos`; where nothing is said, one is added.
    rule_id: Option<u32>,
    /// The mark of the rules that was read: where they have changed since, the answer is 409 with both versions.
    digest: Option<String>,
    /// The cluster, where several have a group of this name.
    cluster: Option<String>,
}

/// A body that was read.
pub(super) struct Read {
    /// The rule; `None` where its words are not understood.
    pub rule: Option<RuleDraft>,
    /// In front of which one it is put.
    pub position: Option<u32>,
    /// The rule that is changed.
    pub pos: Option<u32>,
    /// The mark that was read.
    pub digest: Option<String>,
    /// The cluster.
    pub cluster: Option<String>,
    /// What is wrong.
    pub problems: FieldProblems,
    /// What was not looked at.
    pub warnings: Vec<String>,
}

/// Reads `body`.
pub(super) fn read(body: Object) -> Read {
    let mut notes = Notes::default();
    let mut fields = Fields::new(body);
    let mut one_of = |names: &[&str], notes: &mut Notes| {
        // The first that says something counts; the others are looked at all the same.
        let mut found = None;
        for name in names {
            found = found.or(fields.text(name, notes));
        }
        found
    };
    let action = one_of(&["action"], &mut notes);
    let direction = one_of(&["direction", "type"], &mut notes);
    let protocol = one_of(&["protocol", "proto"], &mut notes);
    let port = one_of(&["port", "dport", "dest_port"], &mut notes);
    let source_port = one_of(&["source_port", "sport"], &mut notes);
    let source = one_of(&["source_ip", "source"], &mut notes);
    let dest = one_of(&["dest_ip", "dest"], &mut notes);
    let macro_name = one_of(&["macro"], &mut notes);
    let icmp_type = one_of(&["icmp_type", "icmp-type"], &mut notes);
    let log = one_of(&["log"], &mut notes);
    let comment = one_of(&["description", "comment"], &mut notes);
    let digest = one_of(&["digest"], &mut notes);
    let cluster = one_of(&["cluster"], &mut notes);
    let enabled = fields.flag_or_number("enable", &mut notes);
    let enabled = enabled.or(fields.flag_or_number("enabled", &mut notes));
    let mut place = |name: &str, notes: &mut Notes| {
        let number = fields.number(name, notes)?;
        Some(u32::try_from(number).unwrap_or(u32::MAX))
    };
    let position = place("position", &mut notes);
    let pos = place("rule_id", &mut notes);
    let pos = pos.or(place("pos", &mut notes));
    fields.finish(&mut notes);
    let Notes {
        mut problems,
        ignored: warnings,
    } = notes;
    let mut keep = |field: &str, problem| {
        problems.entry(field.to_owned()).or_insert(problem);
    };
    let action = Action::read(action.as_deref().unwrap_or_default())
        .map_err(|problem| keep("action", problem))
        .ok();
    let direction = match direction.as_deref() {
        None => Some(Direction::In),
        Some(text) => Direction::read(text)
            .map_err(|problem| keep("direction", problem))
            .ok(),
    };
    let log = match log.as_deref() {
        None => Some(None),
        Some(text) => LogLevel::read(text)
            .map_err(|problem| keep("log", problem))
            .ok()
            .map(Some),
    };
    let protocol = match protocol {
        Some(text) if text.eq_ignore_ascii_case("any") || text.eq_ignore_ascii_case("all") => String::new(),
        Some(text) => text,
        None if macro_name.is_none() => "tcp".to_owned(),
        None => String::new(),
    };
    let rule = match (action, direction, log) {
        (Some(action), Some(direction), Some(log)) => Some(RuleDraft {
            direction,
            action,
            enabled: enabled.unwrap_or(true),
            macro_name: macro_name.unwrap_or_default(),
            protocol,
            source: source.unwrap_or_default(),
            dest: dest.unwrap_or_default(),
            source_port: source_port.unwrap_or_default(),
            dest_port: port.unwrap_or_default(),
            icmp_type: icmp_type.unwrap_or_default(),
            interface: String::new(),
            log,
            comment: comment.unwrap_or_default(),
        }),
        _ => None,
    };
    Read {
        rule,
        position,
        pos,
        digest,
        cluster,
        problems,
        warnings,
    }
}
