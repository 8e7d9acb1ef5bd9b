-- Run unchanged on SQLite and PostgreSQL. Ids and hashes are text; instants are Unix milliseconds, UTC.

-- Facts about this database; `seal_check` tells whether the server's secret is the one that sealed it.
CREATE TABLE server_facts (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A session's cookie is kept as a keyed hash only.
CREATE TABLE sessions (
    id_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);

CREATE TABLE sites (
    id TEXT NOT NULL PRIMARY KEY,
    domain TEXT NOT NULL UNIQUE,
    timezone TEXT NOT NULL,
    currency TEXT NOT NULL,
    favicon TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE site_members (
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'viewer')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, account_id)
);
CREATE UNIQUE INDEX one_owner_a_site ON site_members (site_id) WHERE role = 'owner';
CREATE INDEX site_members_by_account ON site_members (account_id);

-- Rows outlive their site and their revocation, without name and token, so that a token is never issued twice.
-- The ten-link limit is `one_link_a_slot`: no race can make eleven.
CREATE TABLE share_links (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL,
    slot BIGINT NOT NULL CHECK (slot BETWEEN 1 AND 10),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    token_sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    opens BIGINT NOT NULL DEFAULT 0,
    last_opened_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX one_link_a_slot ON share_links (site_id, slot) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX one_link_a_name ON share_links (site_id, name_key) WHERE revoked_at IS NULL;

-- An API key is kept as a keyed hash only; `hint` is its first characters.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    site_id TEXT REFERENCES sites (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX api_keys_by_account ON api_keys (account_id, created_at);

-- The salt of one local day of one site; deleted at `expires_at`, half an hour after the day.
CREATE TABLE salts (
    site_id TEXT NOT NULL,
    local_date TEXT NOT NULL,
    salt TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, local_date)
);

-- Sites whose events are to be erased: written with the deletion, removed when the event store has done it.
CREATE TABLE erasures (
    site_id TEXT NOT NULL PRIMARY KEY,
    requested_at BIGINT NOT NULL
);

-- Who did what to what. Ids only: no names, addresses or secrets.
CREATE TABLE audit_log (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    api_key_id TEXT,
    site_id TEXT,
    action TEXT NOT NULL,
    subject_id TEXT
);
CREATE INDEX audit_log_by_site ON audit_log (site_id, at);
