-- Until when a change of a server's name or addresses may still take effect; null once the record was compared with
-- what the server has and runs with.
ALTER TABLE reservations ADD COLUMN unsettled_at TEXT;
CREATE INDEX reservations_unsettled ON reservations (unsettled_at);
-- When an address was taken that the server was not made with.
ALTER TABLE reservation_addresses ADD COLUMN taken_at TEXT;
