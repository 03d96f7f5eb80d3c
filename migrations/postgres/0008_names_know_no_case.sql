-- Names of hosts know no case. Where names on record differ by it alone, the guest with the lowest id keeps its own, and
-- those of the others, which are only looked up, carry the id: that is no name of a host.
UPDATE reservations SET name = name || ' (' || vmid || ')'
WHERE EXISTS (
    SELECT 1 FROM reservations other
    WHERE other.cluster = reservations.cluster
      AND lower(other.name) = lower(reservations.name)
      AND other.vmid < reservations.vmid
);
CREATE UNIQUE INDEX reservations_name ON reservations (cluster, lower(name));
