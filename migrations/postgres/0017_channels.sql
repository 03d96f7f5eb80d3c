-- Ways to the outside for notifications. `name_key` is the name in small letters; `settings` is JSON without the secret,
-- which is sealed; `routes` is JSON. How the last attempts went stands beside it: deliveries are pruned.
CREATE TABLE notification_channels (
    id         UUID    PRIMARY KEY NOT NULL,
    revision   BIGINT  NOT NULL,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL UNIQUE,
    enabled    BOOLEAN NOT NULL,
    language   TEXT    NOT NULL,
    settings   TEXT    NOT NULL,
    secret     TEXT,
    routes     TEXT    NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    sent_at    TIMESTAMPTZ,
    failed_at  TIMESTAMPTZ,
    problem    TEXT,
    words      TEXT    NOT NULL
);

-- Notifications on their way through a channel, written with what they tell of. `dedupe_key` names the event: told to
-- several people, it goes out once. `routed` says whether it is settled that a route lets it through. Whoever sends one
-- holds it by a lease.
CREATE TABLE notification_deliveries (
    id          UUID    PRIMARY KEY NOT NULL,
    channel_id  UUID    NOT NULL REFERENCES notification_channels (id) ON DELETE CASCADE,
    dedupe_key  TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    task_id     UUID,
    routed      BOOLEAN NOT NULL,
    state       TEXT    NOT NULL,
    attempts    BIGINT  NOT NULL,
    next_at     TIMESTAMPTZ,
    lease_owner UUID,
    lease_until TIMESTAMPTZ,
    problem     TEXT,
    words       TEXT    NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    ended_at    TIMESTAMPTZ
);
CREATE INDEX notification_deliveries_channel ON notification_deliveries (channel_id, id);
CREATE INDEX notification_deliveries_dedupe ON notification_deliveries (channel_id, dedupe_key, created_at);
CREATE INDEX notification_deliveries_due ON notification_deliveries (state, next_at);
