-- Run unchanged on SQLite and PostgreSQL.

-- Named sets of filters; `filters` is a JSON list in the grammar of queries.
CREATE TABLE segments (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    filters TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX one_segment_a_name ON segments (site_id, name_key);

-- The reference keeps a segment that a link is bound to; revoking a link clears it. `version` moves when the password
-- or the segment changes, which ends every grant. `frame_ancestors` is a list of origins with blanks between, or `*`.
ALTER TABLE share_links ADD COLUMN password_hash TEXT;
ALTER TABLE share_links ADD COLUMN segment_id TEXT REFERENCES segments (id);
ALTER TABLE share_links ADD COLUMN expires_at BIGINT;
ALTER TABLE share_links ADD COLUMN frame_ancestors TEXT NOT NULL DEFAULT '';
ALTER TABLE share_links ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX share_links_by_segment ON share_links (segment_id);

-- Answers to creates with an `Idempotency-Key`, kept for a day. An answer may hold a token, so it is sealed.
CREATE TABLE idempotency_keys (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    key_hash TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    answer_sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, key_hash)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
