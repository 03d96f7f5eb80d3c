-- The firewall groups that Drover has put on a guest, in their order: only these are taken away again.
CREATE TABLE guest_firewall_groups (
    cluster  TEXT NOT NULL,
    vmid     INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (cluster, vmid, position)
);
