-- Messages, problems and notifications were kept as {"code": "x", "name": "y"}; now they are {"x": {"name": "y"}}, or
-- "x" where there is nothing beside the code. Some have a problem within. Events are gone within the hour anyway.
UPDATE tasks SET message = jsonb_set(message::jsonb, '{problem}', CASE (message::jsonb -> 'problem') - 'code'
    WHEN '{}'::jsonb THEN message::jsonb -> 'problem' -> 'code'
    ELSE jsonb_build_object(message::jsonb -> 'problem' ->> 'code', (message::jsonb -> 'problem') - 'code') END)::text
WHERE message LIKE '{%' AND jsonb_typeof(message::jsonb -> 'problem' -> 'code') = 'string';
UPDATE tasks SET message = CASE message::jsonb - 'code'
    WHEN '{}'::jsonb THEN (message::jsonb -> 'code')::text
    ELSE jsonb_build_object(message::jsonb ->> 'code', message::jsonb - 'code')::text END
WHERE message LIKE '{%' AND jsonb_typeof(message::jsonb -> 'code') = 'string';
UPDATE tasks SET problem = CASE problem::jsonb - 'code'
    WHEN '{}'::jsonb THEN (problem::jsonb -> 'code')::text
    ELSE jsonb_build_object(problem::jsonb ->> 'code', problem::jsonb - 'code')::text END
WHERE problem LIKE '{%' AND jsonb_typeof(problem::jsonb -> 'code') = 'string';
UPDATE task_logs SET message = jsonb_set(message::jsonb, '{problem}', CASE (message::jsonb -> 'problem') - 'code'
    WHEN '{}'::jsonb THEN message::jsonb -> 'problem' -> 'code'
    ELSE jsonb_build_object(message::jsonb -> 'problem' ->> 'code', (message::jsonb -> 'problem') - 'code') END)::text
WHERE message LIKE '{%' AND jsonb_typeof(message::jsonb -> 'problem' -> 'code') = 'string';
UPDATE task_logs SET message = CASE message::jsonb - 'code'
    WHEN '{}'::jsonb THEN (message::jsonb -> 'code')::text
    ELSE jsonb_build_object(message::jsonb ->> 'code', message::jsonb - 'code')::text END
WHERE message LIKE '{%' AND jsonb_typeof(message::jsonb -> 'code') = 'string';
UPDATE notifications SET note = jsonb_set(note::jsonb, '{problem}', CASE (note::jsonb -> 'problem') - 'code'
    WHEN '{}'::jsonb THEN note::jsonb -> 'problem' -> 'code'
    ELSE jsonb_build_object(note::jsonb -> 'problem' ->> 'code', (note::jsonb -> 'problem') - 'code') END)::text
WHERE note LIKE '{%' AND jsonb_typeof(note::jsonb -> 'problem' -> 'code') = 'string';
UPDATE notifications SET note = CASE note::jsonb - 'code'
    WHEN '{}'::jsonb THEN (note::jsonb -> 'code')::text
    ELSE jsonb_build_object(note::jsonb ->> 'code', note::jsonb - 'code')::text END
WHERE note LIKE '{%' AND jsonb_typeof(note::jsonb -> 'code') = 'string';
DELETE FROM events;
