-- What an adopted server is there for, by the word of who adopted it; empty where nobody said.
ALTER TABLE adopted_servers ADD COLUMN role TEXT NOT NULL DEFAULT '';
