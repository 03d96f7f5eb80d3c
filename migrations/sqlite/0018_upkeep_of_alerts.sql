-- What a notification is about, as JSON: more servers than it names. Null where it was recorded before this was. `served`
-- is JSON of who has it, of several who are written to.
ALTER TABLE notification_deliveries ADD COLUMN servers TEXT;
ALTER TABLE notification_deliveries ADD COLUMN served TEXT;

-- The worst figure since it was raised, and the worst level that people were told: whoever heard that hears the end.
ALTER TABLE alerts ADD COLUMN worst INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN told_level TEXT;
UPDATE alerts SET worst = figure;
UPDATE alerts SET told_level = CASE WHEN EXISTS (
    SELECT 1 FROM alert_events WHERE alert_id = alerts.id AND kind IN ('worsened', 'eased')
) THEN 'critical' ELSE level END WHERE announced;

-- What the server of a rule is known again by: another one that has its id later is looked at by other rules. Null where
-- nothing is known of it.
ALTER TABLE alert_rules ADD COLUMN identity TEXT;
