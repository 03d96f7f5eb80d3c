-- From which figures on somebody is told. `target` is what the rule is for, written so that there is one of each; `rule`
-- is JSON, and `revision` counts its changes.
CREATE TABLE alert_rules (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    metric   TEXT    NOT NULL,
    target   TEXT    NOT NULL,
    rule     TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    UNIQUE (metric, target)
);

-- What has reached a limit. `subject` is JSON of what it is about, `subject_key` what that is known again by; `told` says
-- whether people were told of it as it is now, or need not be;
-- `announced` whether they ever were.
CREATE TABLE alerts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    metric      TEXT    NOT NULL,
    subject_key TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    level       TEXT    NOT NULL,
    figure      INTEGER NOT NULL,
    reached     INTEGER NOT NULL,
    full_at     INTEGER,
    told        BOOLEAN NOT NULL,
    announced   BOOLEAN NOT NULL,
    cleared     BOOLEAN NOT NULL,
    raised_at   TEXT    NOT NULL,
    seen_at     TEXT,
    seen_by     TEXT,
    resolved_at TEXT
);
-- One stands about each thing, however many replicas look.
CREATE UNIQUE INDEX alerts_one_open ON alerts (metric, subject_key) WHERE resolved_at IS NULL;
CREATE INDEX alerts_resolved ON alerts (resolved_at);
CREATE INDEX alerts_untold ON alerts (id) WHERE told = FALSE;

-- What happened to each.
CREATE TABLE alert_events (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL,
    at       TEXT    NOT NULL,
    actor    TEXT,
    figure   INTEGER
);
CREATE INDEX alert_events_alert ON alert_events (alert_id, id);

-- Failed tasks about servers are counted over and over.
CREATE INDEX tasks_failed ON tasks (ended_at) WHERE state = 'failed';
