-- Run unchanged on SQLite and PostgreSQL.

-- What a site does not want counted. Hostnames are the other way round: once there is one, no other host is counted.
CREATE TABLE shields (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('ip', 'country', 'page', 'hostname')),
    value TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX one_shield_a_value ON shields (site_id, kind, value);

-- How many events were left out on a day of the site's zone, and why. Never whose.
CREATE TABLE dropped_events (
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    local_date TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('bot', 'ip', 'country', 'page', 'hostname')),
    events BIGINT NOT NULL,
    PRIMARY KEY (site_id, local_date, reason)
);

-- Days for which events are kept; NULL keeps them for ever.
ALTER TABLE sites ADD COLUMN retention_days BIGINT CHECK (retention_days > 0);
