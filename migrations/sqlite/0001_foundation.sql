-- Times are RFC 3339 text in UTC, booleans 0 or 1, UUIDs 16 bytes, JSON is text that is never queried inside.

CREATE TABLE users (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    username      TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL DEFAULT '',
    email         TEXT    NOT NULL DEFAULT '',
    password_hash TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    is_active     BOOLEAN NOT NULL,
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    last_login    TEXT
);

CREATE TABLE user_permissions (
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    permission TEXT    NOT NULL,
    PRIMARY KEY (user_id, permission)
);

CREATE TABLE sessions (
    id           BLOB    PRIMARY KEY NOT NULL,
    token_hash   BLOB    NOT NULL UNIQUE,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   TEXT    NOT NULL,
    last_used_at TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    user_agent   TEXT    NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE tasks (
    id           BLOB    PRIMARY KEY NOT NULL,
    kind         TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    undoing      BOOLEAN NOT NULL,
    actor_id     INTEGER REFERENCES users (id) ON DELETE SET NULL,
    actor        TEXT    NOT NULL,
    cluster      TEXT,
    vmid         INTEGER,
    target       TEXT    NOT NULL,
    input        TEXT    NOT NULL,
    secret       TEXT,
    progress     INTEGER NOT NULL,
    message      TEXT    NOT NULL,
    problem      TEXT,
    cause        TEXT,
    cancelled_by TEXT,
    lease_owner  BLOB,
    lease_until  TEXT,
    created_at   TEXT    NOT NULL,
    started_at   TEXT,
    updated_at   TEXT    NOT NULL,
    ended_at     TEXT
);
CREATE INDEX tasks_state ON tasks (state, created_at);
CREATE INDEX tasks_created ON tasks (created_at);
CREATE INDEX tasks_guest ON tasks (cluster, vmid);
-- A guest has one task at work on it.
CREATE UNIQUE INDEX tasks_one_per_guest ON tasks (cluster, vmid) WHERE state IN ('queued', 'running');

CREATE TABLE task_steps (
    task_id    BLOB    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    journal    TEXT,
    upid       TEXT,
    progress   INTEGER,
    started_at TEXT,
    ended_at   TEXT,
    PRIMARY KEY (task_id, position)
);

CREATE INDEX task_steps_upid ON task_steps (upid);

CREATE TABLE task_logs (
    task_id BLOB    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    at      TEXT    NOT NULL,
    step    TEXT,
    message TEXT    NOT NULL,
    PRIMARY KEY (task_id, number)
);

-- What a task has taken so that no other takes it. It stays as long as the guest does, and tells which guests
-- Drover made.
CREATE TABLE reservations (
    task_id    BLOB    PRIMARY KEY NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    cluster    TEXT    NOT NULL,
    vmid       INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    node       TEXT    NOT NULL,
    os_type    TEXT    NOT NULL,
    made       BOOLEAN NOT NULL,
    created_at TEXT    NOT NULL,
    UNIQUE (cluster, vmid),
    UNIQUE (cluster, name)
);

CREATE TABLE reservation_addresses (
    cluster TEXT NOT NULL,
    address TEXT NOT NULL,
    task_id BLOB NOT NULL REFERENCES reservations (task_id) ON DELETE CASCADE,
    PRIMARY KEY (cluster, address)
);
CREATE INDEX reservation_addresses_task ON reservation_addresses (task_id);

-- Without a user it is for everybody. Type, level, category and target (the server's name) repeat what the note
-- says, to be searched.
CREATE TABLE notifications (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER REFERENCES users (id) ON DELETE CASCADE,
    type       TEXT    NOT NULL,
    level      TEXT    NOT NULL,
    category   TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    task_id    BLOB,
    created_at TEXT    NOT NULL
);
CREATE INDEX notifications_user ON notifications (user_id, id);
CREATE INDEX notifications_created ON notifications (created_at);

CREATE TABLE notification_receipts (
    notification_id INTEGER NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
    user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    read_at         TEXT,
    dismissed_at    TEXT,
    PRIMARY KEY (notification_id, user_id)
);

-- What open browsers are told, kept for a while so that one that reconnects misses nothing.
CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    user_id    INTEGER,
    created_at TEXT    NOT NULL
);
CREATE INDEX events_created ON events (created_at);

CREATE TABLE settings (
    key        TEXT PRIMARY KEY NOT NULL,
    value      TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
