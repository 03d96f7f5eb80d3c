//! The one place that knows which constraint of the schema a failed statement broke.

use sqlx::error::ErrorKind;

/// A uniqueness rule of the schema that a service explains to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// Two users of one name.
    Username,
    /// Two notification channels of one name.
    ChannelName,
    /// Two reservations of one id.
    ReservedVmid,
    /// Two reservations of one name.
    ReservedName,
    /// Two reservations of one address.
    ReservedAddress,
    /// Two tasks at work on one guest.
    TaskOfGuest,
    /// Two retries of one task.
    RetryOfTask,
}

/// Each rule with its columns as SQLite names them and its constraint as PostgreSQL names it.
const RULES: &[(Unique, &str, &str)] = &[
    (Unique::Username, "users.username", "users_username_key"),
    (
        Unique::ChannelName,
        "notification_channels.name_key",
        "notification_channels_name_key_key",
    ),
    (
        Unique::ReservedVmid,
        "reservations.cluster, reservations.vmid",
        "reservations_cluster_vmid_key",
    ),
    (
        Unique::ReservedName,
        "reservations.cluster, reservations.name",
        "reservations_cluster_name_key",
    ),
    // The same whatever their case; SQLite names an index of an expression instead of its columns.
    (
        Unique::ReservedName,
        "index 'reservations_name'",
        "reservations_name",
    ),
    (
        Unique::ReservedAddress,
        "reservation_addresses.cluster, reservation_addresses.address",
        "reservation_addresses_pkey",
    ),
    (
        Unique::TaskOfGuest,
        "tasks.cluster, tasks.vmid",
        "tasks_one_per_guest",
    ),
    (Unique::RetryOfTask, "tasks.retry_of", "tasks_one_retry"),
];

/// The rule that `error` says was broken, if it is one.
pub fn violated(error: &sqlx::Error) -> Option<Unique> {
    let error = error
        .as_database_error()
        .filter(|e| e.kind() == ErrorKind::UniqueViolation)?;
    RULES
        .iter()
        .find(|(_, columns, constraint)| match error.constraint() {
            Some(name) => name == *constraint,
            None => error.message().ends_with(columns),
        })
        .map(|(rule, _, _)| *rule)
}
