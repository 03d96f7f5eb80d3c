//! From the body of a rule, as every version of the API writes it, to the input of the service.

use drover_types::error::FieldProblems;
use drover_types::firewall::{Action, Direction, LogLevel, Rule, RuleDraft};
use drover_types::text::Problem;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::input::Object;
use crate::api::servers::fields::{Fields, Notes};

/// Words that would narrow a rule and that no version of the API has, with the one that is meant. Left out, the rule
/// would match more than was asked for.
const NOT_OURS: [(&str, &str); 14] = [
    ("iface", ""),
    ("interface", ""),
    ("src", "source_ip"),
    ("src_ip", "source_ip"),
    ("source_address", "source_ip"),
    ("dst", "dest_ip"),
    ("dst_ip", "dest_ip"),
    ("dest_address", "dest_ip"),
    ("destination", "dest_ip"),
    ("destination_ip", "dest_ip"),
    ("src_port", "source_port"),
    ("dst_port", "port"),
    ("destination_port", "port"),
    ("ports", "port"),
];

/// A rule. Where one is changed, what is not said stays as it is and an empty text takes a field away. Two names of a
/// field that say different things are refused, and so is a word that would narrow the rule and is not listed; other
/// fields that are not listed are ignored and named in the answer's `warnings`.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "action": "ACCEPT", "protocol": "tcp", "port": "443", "source_ip": "10.0.0.0/8", "description": "HTTPS"
}))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct RuleBody {
    /// `ACCEPT`, `DROP` or `REJECT`; `DENY` is `DROP`. Required for a new rule.
    action: Option<String>,
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
    sent: Sent,
    /// The body as it came, for the case that somebody else was faster.
    pub yours: Value,
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

/// The fields of a rule that were sent; one that is empty is to be taken away.
#[expect(
    clippy::option_option,
    reason = "of the log nothing is said, or it is taken away, or it gets a level"
)]
struct Sent {
    action: Option<Action>,
    direction: Option<Direction>,
    enabled: Option<bool>,
    macro_name: Option<String>,
    protocol: Option<String>,
    source: Option<String>,
    dest: Option<String>,
    source_port: Option<String>,
    dest_port: Option<String>,
    icmp_type: Option<String>,
    log: Option<Option<LogLevel>>,
    comment: Option<String>,
}

impl Read {
    /// The new rule; `None` where its action is not understood.
    pub(super) fn new_rule(&self) -> Option<RuleDraft> {
        let mut blank = RuleDraft::new(Direction::In, self.sent.action?);
        if self.sent.macro_name.is_none() {
            "tcp".clone_into(&mut blank.protocol);
        }
        Some(self.laid_over(blank))
    }

    /// The stored rule with what was sent.
    pub(super) fn changed(&self, stored: Rule) -> RuleDraft {
        self.laid_over(stored.into())
    }

    fn laid_over(&self, under: RuleDraft) -> RuleDraft {
        let sent = &self.sent;
        let over = |sent: &Option<String>, under: String| sent.clone().unwrap_or(under);
        RuleDraft {
            direction: sent.direction.unwrap_or(under.direction),
            action: sent.action.unwrap_or(under.action),
            enabled: sent.enabled.unwrap_or(under.enabled),
            macro_name: over(&sent.macro_name, under.macro_name),
            protocol: over(&sent.protocol, under.protocol),
            source: over(&sent.source, under.source),
            dest: over(&sent.dest, under.dest),
            source_port: over(&sent.source_port, under.source_port),
            dest_port: over(&sent.dest_port, under.dest_port),
            icmp_type: over(&sent.icmp_type, under.icmp_type),
            interface: under.interface,
            log: sent.log.unwrap_or(under.log),
            comment: over(&sent.comment, under.comment),
        }
    }
}

/// A body on its way.
struct Reading {
    fields: Fields,
    notes: Notes,
    /// The fields that are an empty text, where that says something: in a change.
    blank: Vec<String>,
}

impl Reading {
    fn keep(&mut self, field: &str, problem: Problem) {
        self.notes.problems.entry(field.to_owned()).or_insert(problem);
    }

    /// A text under any of its names. Where two of them differ nobody knows which is meant.
    fn text(&mut self, names: &[&str]) -> Option<String> {
        let mut found: Option<String> = None;
        for name in names {
            let read = self.fields.text(name, &mut self.notes);
            let said = read.or_else(|| {
                let is_blank = self.blank.iter().any(|blank| blank == name);
                is_blank.then(String::new)
            });
            match (&found, said) {
                (None, said) => found = said,
                (Some(first), Some(given)) if *first != given => {
                    let known = vec![first.clone()];
                    self.keep(name, Problem::UnknownChoice { given, known });
                }
                _ => {}
            }
        }
        found
    }

    /// A word of a list, under any of its names; problems are told under the first.
    fn word<T>(&mut self, names: &[&str], read: impl Fn(&str) -> Result<T, Problem>) -> Option<T> {
        let text = self.text(names)?;
        match (read(&text), names) {
            (Ok(word), _) => Some(word),
            (Err(problem), [name, ..]) => {
                self.keep(name, problem);
                None
            }
            (Err(_), []) => None,
        }
    }

    fn enabled(&mut self) -> Option<bool> {
        let one = self.fields.flag_or_number("enable", &mut self.notes);
        let other = self.fields.flag_or_number("enabled", &mut self.notes);
        if let (Some(one), Some(other)) = (one, other)
            && one != other
        {
            let problem = Problem::UnknownChoice {
                given: other.to_string(),
                known: vec![one.to_string()],
            };
            self.keep("enabled", problem);
        }
        one.or(other)
    }

    fn place(&mut self, name: &str) -> Option<u32> {
        let number = self.fields.number(name, &mut self.notes)?;
        Some(u32::try_from(number).unwrap_or(u32::MAX))
    }
}

/// Whether a field of a body says something.
fn says(value: &Value) -> bool {
    !value.is_null() && !is_blank(value)
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Reads `body`; `at` is the rule that the address names.
pub(super) fn read(body: Object, at: Option<u32>) -> Read {
    let yours = Value::Object(body.clone());
    let narrowing: Vec<(&str, &str)> = NOT_OURS
        .into_iter()
        .filter(|(name, _)| body.get(*name).is_some_and(says))
        .collect();
    let blank: Vec<String> = body
        .iter()
        .filter(|(_, value)| is_blank(value))
        .map(|(name, _)| name.clone())
        .collect();
    let mut reading = Reading {
        fields: Fields::new(body),
        notes: Notes::default(),
        blank: Vec::new(),
    };
    for (name, meant) in narrowing {
        let problem = if meant.is_empty() {
            Problem::NoInterfaceInGroup
        } else {
            Problem::UnknownChoice {
                given: name.to_owned(),
                known: vec![meant.to_owned()],
            }
        };
        reading.keep(name, problem);
    }
    let position = reading.place("position");
    let (rule_id, pos) = (reading.place("rule_id"), reading.place("pos"));
    let pos = at.or(rule_id).or(pos);
    let digest = reading.text(&["digest"]);
    let cluster = reading.text(&["cluster"]);
    if pos.is_some() {
        reading.blank = blank;
    }
    let sent = sent(&mut reading);
    // A rule that is new has to say what it does.
    if pos.is_none() && sent.action.is_none() {
        let problem = Action::read("").err().unwrap_or(Problem::Required);
        reading.keep("action", problem);
    }
    let Reading {
        fields, mut notes, ..
    } = reading;
    fields.finish(&mut notes);
    Read {
        sent,
        yours,
        position,
        pos,
        digest,
        cluster,
        problems: notes.problems,
        warnings: notes.ignored,
    }
}

fn sent(reading: &mut Reading) -> Sent {
    let any = |text: String| {
        let is_any = text.eq_ignore_ascii_case("any") || text.eq_ignore_ascii_case("all");
        if is_any { String::new() } else { text }
    };
    Sent {
        action: reading.word(&["action"], Action::read),
        direction: reading.word(&["direction", "type"], Direction::read),
        enabled: reading.enabled(),
        macro_name: reading.text(&["macro"]),
        protocol: reading.text(&["protocol", "proto"]).map(any),
        source: reading.text(&["source_ip", "source"]),
        dest: reading.text(&["dest_ip", "dest"]),
        source_port: reading.text(&["source_port", "sport"]),
        dest_port: reading.text(&["port", "dport", "dest_port"]),
        icmp_type: reading.text(&["icmp_type", "icmp-type"]),
        log: reading.word(&["log"], |text| match text {
            "" => Ok(None),
            text => LogLevel::read(text).map(Some),
        }),
        comment: reading.text(&["description", "comment"]),
    }
}
