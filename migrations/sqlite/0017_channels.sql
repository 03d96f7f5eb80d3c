-- Ways to the outside for notifications. `name_key` is the name in small letters; `settings` is JSON without the secret,
-- which is sealed; `routes` is JSON. How the last attempts went stands beside it: deliveries are pruned.
CREATE TABLE notification_channels (
    id         BLOB    PRIMARY KEY NOT NULL,
    revision   INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL UNIQUE,
    enabled    BOOLEAN NOT NULL,
    language   TEXT    NOT NULL,
    settings   TEXT    NOT NULL,
    secret     TEXT,
    routes     TEXT    NOT NULL,
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL,
    sent_at    TEXT,
    failed_at  TEXT,
    problem    TEXT,
    words      TEXT    NOT NULL
);

-- Notifications on their way through a channel, written with what they tell of. `dedupe_key` names the event: told to
-- several people, it goes out once. `routed` says whether it is settled that a route lets it through. Whoever sends one
-- holds it by a lease.
CREATE TABLE notification_deliveries (
    id          BLOB    PRIMARY KEY NOT NULL,
    channel_id  BLOB    NOT NULL REFERENCES notification_channels (id) ON DELETE CASCADE,
    dedupe_key  TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    task_id     BLOB,
    routed      BOOLEAN NOT NULL,
    state       TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    next_at     TEXT,
    lease_owner BLOB,
    lease_until TEXT,
    problem     TEXT,
    words       TEXT    NOT NULL,
    created_at  TEXT    NOT NULL,
    ended_at    TEXT
);
CREATE INDEX notification_deliveries_channel ON notification_deliveries (channel_id, id);
CREATE INDEX notification_deliveries_dedupe ON notification_deliveries (channel_id, dedupe_key, created_at);
CREATE INDEX notification_deliveries_due ON notification_deliveries (state, next_at);
