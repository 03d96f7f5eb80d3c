-- What servers are there for. `identity` is what a guest is known again by: another one that has its id later was given
-- no role. `variables` is JSON, `secret` the secret ones, sealed; `digest` tells whether either has changed. `version` is
-- the one that was installed last.
CREATE TABLE server_roles (
    cluster     TEXT    NOT NULL,
    vmid        INTEGER NOT NULL,
    role        TEXT    NOT NULL,
    identity    TEXT    NOT NULL,
    variables   TEXT    NOT NULL,
    secret      TEXT,
    digest      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    assigned_by TEXT    NOT NULL,
    assigned_at TEXT    NOT NULL,
    PRIMARY KEY (cluster, vmid, role)
);

-- What was run, one row for each role of a task.
CREATE TABLE role_runs (
    task_id     BLOB    NOT NULL,
    role        TEXT    NOT NULL,
    cluster     TEXT    NOT NULL,
    vmid        INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    started_at  TEXT    NOT NULL,
    ended_at    TEXT,
    outcome     TEXT,
    ok          INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    failed_task TEXT    NOT NULL,
    PRIMARY KEY (task_id, role)
);
CREATE INDEX role_runs_guest ON role_runs (cluster, vmid, started_at);
CREATE INDEX role_runs_last ON role_runs (cluster, vmid, role, kind, started_at);

-- How Drover signs in to a server: what was set by hand, and the host's keys as they were at the first contact, as lines
-- of a known_hosts file without the host.
CREATE TABLE server_connections (
    cluster   TEXT    NOT NULL,
    vmid      INTEGER NOT NULL,
    identity  TEXT    NOT NULL,
    address   TEXT,
    username  TEXT,
    port      INTEGER,
    host_keys TEXT    NOT NULL,
    pinned_at TEXT,
    PRIMARY KEY (cluster, vmid)
);
