-- The servers that a user or a token is limited to, as rules in JSON; an empty list is all of them.
ALTER TABLE users ADD COLUMN scope TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT '[]';
