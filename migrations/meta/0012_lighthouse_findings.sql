-- Run unchanged on SQLite and PostgreSQL.

-- What the latest runs of Lighthouse would have better, the most rewarding first; `savings_us` is in microseconds.
CREATE TABLE lighthouse_findings (
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    device TEXT NOT NULL CHECK (device IN ('mobile', 'desktop')),
    position BIGINT NOT NULL,
    audit TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    score BIGINT NOT NULL,
    measured TEXT,
    savings_us BIGINT,
    PRIMARY KEY (site_id, device, position)
);
