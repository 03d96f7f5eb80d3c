-- Guests that were made elsewhere and that somebody has taken into their care, with the name that they had when they
-- were last looked at.
CREATE TABLE adopted_servers (
    cluster    TEXT NOT NULL,
    vmid       INTEGER NOT NULL,
    name       TEXT NOT NULL,
    owner_id   INTEGER REFERENCES users (id) ON DELETE SET NULL,
    adopted_at TEXT NOT NULL,
    PRIMARY KEY (cluster, vmid)
);
