-- Run unchanged on SQLite and PostgreSQL.

-- Whom a site tells of its incidents; at most ten a site, by `slot`. The address or URL is kept as a keyed hash to compare and
-- an encrypted copy to use, since a webhook's URL is often a secret; so is what bodies are signed with. A mail address is told
-- nothing before `confirmed_at`; until then `code_sealed` is the code that was sent to it.
CREATE TABLE notice_channels (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    slot BIGINT NOT NULL CHECK (slot BETWEEN 1 AND 10),
    kind TEXT NOT NULL CHECK (kind IN ('mail', 'webhook')),
    target_hash TEXT NOT NULL,
    target_sealed TEXT NOT NULL,
    secret_sealed TEXT,
    enabled BOOLEAN NOT NULL,
    gone BOOLEAN NOT NULL,
    ignores_quiet_hours BOOLEAN NOT NULL,
    confirmed_at BIGINT,
    code_sealed TEXT,
    code_expires_at BIGINT,
    code_tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX one_channel_a_slot ON notice_channels (site_id, slot);
CREATE UNIQUE INDEX one_channel_a_target ON notice_channels (site_id, target_hash);
CREATE INDEX notice_channels_by_target ON notice_channels (target_hash);

-- The outbox: a row a channel, written in the transaction that records what it tells. Whoever sends writes a `lease` and moves
-- `due_at` to its end by a conditional update, so that two servers never send one notice, and a notice whose server was
-- killed is sent again under the same id. `payload` is JSON.
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    channel_id TEXT NOT NULL REFERENCES notice_channels (id) ON DELETE CASCADE,
    event TEXT NOT NULL CHECK (event IN ('incident.opened', 'incident.closed', 'incident.passed', 'test', 'confirmation')),
    incident_id TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed', 'dropped')),
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease TEXT,
    reason TEXT,
    status BIGINT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX one_notice_a_transition ON notices (channel_id, incident_id, event);
CREATE INDEX notices_by_due ON notices (due_at) WHERE state = 'waiting';
CREATE INDEX notices_by_time ON notices (site_id, created_at, id);

-- When a site's notices wait: minutes of the local day, the first and the first after.
CREATE TABLE quiet_hours (
    site_id TEXT NOT NULL PRIMARY KEY REFERENCES sites (id) ON DELETE CASCADE,
    from_minute BIGINT NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
    until_minute BIGINT NOT NULL CHECK (until_minute BETWEEN 0 AND 1439)
);
