-- API tokens. Only a hash is stored; a revoked one stays, so that its use can be told.
CREATE TABLE tokens (
    id           BLOB    PRIMARY KEY NOT NULL,
    token_hash   BLOB    NOT NULL UNIQUE,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    permissions  TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    last_address TEXT    NOT NULL,
    revoked_at   TEXT
);
CREATE INDEX tokens_user ON tokens (user_id);
