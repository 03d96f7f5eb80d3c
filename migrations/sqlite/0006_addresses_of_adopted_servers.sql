-- The fixed addresses that an adopted server's configuration gave it when it was last looked at: no new server gets them.
CREATE TABLE adopted_addresses (
    cluster TEXT NOT NULL,
    vmid    INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (cluster, vmid, address),
    FOREIGN KEY (cluster, vmid) REFERENCES adopted_servers (cluster, vmid) ON DELETE CASCADE
);
