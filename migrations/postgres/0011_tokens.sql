-- API tokens. Only a hash is stored; a revoked one stays, so that its use can be told.
CREATE TABLE tokens (
    id           UUID    PRIMARY KEY NOT NULL,
    token_hash   BYTEA    NOT NULL UNIQUE,
    user_id      BIGINT  NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL,
    permissions  TEXT    NOT NULL,
    created_at   TIMESTAMPTZ    NOT NULL,
    expires_at   TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    last_address TEXT    NOT NULL,
    revoked_at   TIMESTAMPTZ
);
CREATE INDEX tokens_user ON tokens (user_id);
