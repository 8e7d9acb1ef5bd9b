-- Run unchanged on SQLite and PostgreSQL.

-- What is checked of a site. `url` is NULL for the site's own. `lane` says with whom a check shares its turns. Whoever checks
-- writes a `lease` and moves `due_at` to its end by a conditional update, so that two servers never make one check, and a
-- check whose server was killed is made again. `outcome` is the latest check's, `known_…` the latest that learned something.
CREATE TABLE monitors (
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('uptime', 'certificate', 'domain', 'links', 'lighthouse')),
    enabled BOOLEAN NOT NULL,
    url TEXT,
    interval_s BIGINT NOT NULL,
    timeout_ms BIGINT NOT NULL,
    keyword TEXT,
    expected_status TEXT NOT NULL,
    lane TEXT NOT NULL CHECK (lane IN ('quick', 'slow', 'crawl', 'lighthouse')),
    due_at BIGINT NOT NULL,
    lease TEXT,
    outcome TEXT CHECK (outcome IN ('ok', 'warning', 'failed', 'unknown')),
    reason TEXT,
    checked_at BIGINT,
    known_outcome TEXT CHECK (known_outcome IN ('ok', 'warning', 'failed')),
    known_reason TEXT,
    known_at BIGINT,
    known_facts TEXT,
    failures BIGINT NOT NULL,
    failing_since BIGINT,
    PRIMARY KEY (site_id, kind)
);
CREATE INDEX monitors_by_due ON monitors (lane, due_at) WHERE enabled;

-- Checks that were made; `facts` is JSON.
CREATE TABLE checks (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'warning', 'failed', 'unknown')),
    reason TEXT,
    response_ms BIGINT,
    maintenance BOOLEAN NOT NULL,
    facts TEXT
);
CREATE INDEX checks_by_time ON checks (site_id, kind, at, id);

-- Uptime by half hours, of which `slot` is the beginning.
CREATE TABLE uptime_slots (
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    slot BIGINT NOT NULL,
    up BIGINT NOT NULL,
    down BIGINT NOT NULL,
    unknown BIGINT NOT NULL,
    maintenance BIGINT NOT NULL,
    response_ms_sum BIGINT NOT NULL,
    response_ms_max BIGINT NOT NULL,
    PRIMARY KEY (site_id, slot)
);

CREATE TABLE incidents (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE UNIQUE INDEX one_open_incident ON incidents (site_id, kind) WHERE closed_at IS NULL;
CREATE INDEX incidents_by_time ON incidents (site_id, opened_at, id);

-- Times for which uptime does not count.
CREATE TABLE maintenance_windows (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    note TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX maintenance_windows_by_time ON maintenance_windows (site_id, starts_at, id);

-- The score: one row a day of the site's zone, and one more for each change. `parts` is JSON: the components of that moment.
CREATE TABLE health_scores (
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    local_date TEXT NOT NULL,
    value BIGINT NOT NULL,
    version BIGINT NOT NULL,
    parts TEXT NOT NULL,
    PRIMARY KEY (site_id, at)
);
