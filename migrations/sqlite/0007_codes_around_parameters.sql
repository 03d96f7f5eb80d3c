-- Messages, problems and notifications were kept as {"code": "x", "name": "y"}; now they are {"x": {"name": "y"}}, or
-- "x" where there is nothing beside the code. Some have a problem within. Events are gone within the hour anyway.
UPDATE tasks SET message = json_set(message, '$.problem', json(CASE json_remove(message -> '$.problem', '$.code')
    WHEN '{}' THEN message -> '$.problem.code'
    ELSE json_object(message ->> '$.problem.code', json(json_remove(message -> '$.problem', '$.code'))) END))
WHERE message LIKE '{%' AND json_type(message, '$.problem.code') = 'text';
UPDATE tasks SET message = CASE json_remove(message, '$.code')
    WHEN '{}' THEN message -> '$.code'
    ELSE json_object(message ->> '$.code', json(json_remove(message, '$.code'))) END
WHERE message LIKE '{%' AND json_type(message, '$.code') = 'text';
UPDATE tasks SET problem = CASE json_remove(problem, '$.code')
    WHEN '{}' THEN problem -> '$.code'
    ELSE json_object(problem ->> '$.code', json(json_remove(problem, '$.code'))) END
WHERE problem LIKE '{%' AND json_type(problem, '$.code') = 'text';
UPDATE task_logs SET message = json_set(message, '$.problem', json(CASE json_remove(message -> '$.problem', '$.code')
    WHEN '{}' THEN message -> '$.problem.code'
    ELSE json_object(message ->> '$.problem.code', json(json_remove(message -> '$.problem', '$.code'))) END))
WHERE message LIKE '{%' AND json_type(message, '$.problem.code') = 'text';
UPDATE task_logs SET message = CASE json_remove(message, '$.code')
    WHEN '{}' THEN message -> '$.code'
    ELSE json_object(message ->> '$.code', json(json_remove(message, '$.code'))) END
WHERE message LIKE '{%' AND json_type(message, '$.code') = 'text';
UPDATE notifications SET note = json_set(note, '$.problem', json(CASE json_remove(note -> '$.problem', '$.code')
    WHEN '{}' THEN note -> '$.problem.code'
    ELSE json_object(note ->> '$.problem.code', json(json_remove(note -> '$.problem', '$.code'))) END))
WHERE note LIKE '{%' AND json_type(note, '$.problem.code') = 'text';
UPDATE notifications SET note = CASE json_remove(note, '$.code')
    WHEN '{}' THEN note -> '$.code'
    ELSE json_object(note ->> '$.code', json(json_remove(note, '$.code'))) END
WHERE note LIKE '{%' AND json_type(note, '$.code') = 'text';
DELETE FROM events;
