-- Who did what, from where, to what. Rows are added, and removed once they are old; none is ever changed. They name
-- users, sessions and tasks without referring to them, as they outlive them.
CREATE TABLE audit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          TEXT    NOT NULL,
    user_id     INTEGER,
    username    TEXT    NOT NULL,
    session_id  BLOB,
    token_id    BLOB,
    address     TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    object_kind TEXT    NOT NULL,
    object      TEXT    NOT NULL,
    changes     TEXT    NOT NULL,
    result      TEXT    NOT NULL,
    task_id     BLOB
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_user ON audit (username, id);
CREATE INDEX audit_object ON audit (object, id);
CREATE INDEX audit_task ON audit (task_id);

-- The calls to Proxmox that a task of the audit has made: its log names the shared token, this names the person.
CREATE TABLE audit_upids (
    upid    TEXT PRIMARY KEY NOT NULL,
    task_id BLOB NOT NULL,
    at      TEXT NOT NULL
);
CREATE INDEX audit_upids_task ON audit_upids (task_id);
CREATE INDEX audit_upids_at ON audit_upids (at);
