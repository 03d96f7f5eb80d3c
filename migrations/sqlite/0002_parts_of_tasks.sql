-- A task may be a part of another. A parent runs nothing itself; it ends with its last child. A task that is asked
-- for again is counted by its retry alone.
ALTER TABLE tasks ADD COLUMN parent BLOB REFERENCES tasks (id) ON DELETE CASCADE;
ALTER TABLE tasks ADD COLUMN is_parent BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE tasks ADD COLUMN retry_of BLOB REFERENCES tasks (id) ON DELETE SET NULL;
CREATE INDEX tasks_parent ON tasks (parent);
CREATE UNIQUE INDEX tasks_one_retry ON tasks (retry_of);

-- What a task needs of things that only so many may use at once: it waits until it can hold all of them.
CREATE TABLE task_slots (
    task_id  BLOB    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    class    TEXT    NOT NULL,
    resource TEXT    NOT NULL,
    held     BOOLEAN NOT NULL,
    PRIMARY KEY (task_id, class, resource)
);
CREATE INDEX task_slots_resource ON task_slots (class, resource);
