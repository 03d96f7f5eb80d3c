-- How the tasks of the audit ended: it outlives them. One that is taken up again ends again, and has a row for each end.
CREATE TABLE audit_results (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id BLOB NOT NULL,
    state   TEXT NOT NULL,
    at      TEXT NOT NULL
);
CREATE INDEX audit_results_task ON audit_results (task_id);
CREATE INDEX audit_results_at ON audit_results (at);
INSERT INTO audit_results (task_id, state, at)
SELECT id, state, ended_at FROM tasks WHERE ended_at IS NOT NULL ORDER BY ended_at;

-- What was told stays as it was told, whoever has the database in hand. Old rows may go.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are never changed');
END;
CREATE TRIGGER audit_upids_stays BEFORE UPDATE ON audit_upids BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are never changed');
END;
CREATE TRIGGER audit_results_stays BEFORE UPDATE ON audit_results BEGIN
    SELECT RAISE(ABORT, 'rows of the audit are never changed');
END;
