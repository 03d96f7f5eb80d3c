-- What a guest with groups is known again by: another one that has its id later was given none of them. Null where it
-- was recorded before this was.
ALTER TABLE guest_firewall_groups ADD COLUMN identity TEXT;

-- Groups that are being deleted or renamed: no guest is given one of them meanwhile. What a process that was killed has
-- left here keeps them until ends_at at most, and tells under which name a group goes on.
CREATE TABLE firewall_groups_in_change (
    cluster  TEXT NOT NULL,
    name     TEXT NOT NULL,
    new_name TEXT,
    ends_at  TEXT NOT NULL,
    PRIMARY KEY (cluster, name)
);
