-- Run unchanged on SQLite and PostgreSQL.

-- Files whose numbers were or are to be imported. `fingerprint` is a keyed hash of the file's beginning, so that a file is
-- known again; the engine's own mark says how far it is. `key_sealed` is what the visitors' salts of the import's days are
-- made of; it is gone when the import is done. `spool` names the file while it waits, sealed, in
-- the data folder.
CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('access_log', 'plausible')),
    format TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed', 'removing')),
    fingerprint TEXT NOT NULL,
    key_sealed TEXT,
    spool TEXT,
    percent BIGINT,
    progress TEXT NOT NULL,
    problem TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX one_import_a_file ON imports (site_id, fingerprint);
CREATE INDEX imports_by_status ON imports (status, created_at);
