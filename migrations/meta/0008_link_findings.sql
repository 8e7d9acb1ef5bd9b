-- Run unchanged on SQLite and PostgreSQL.

-- Links that the latest crawl of a site found broken or redirecting, in the order in which it found them.
CREATE TABLE link_findings (
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('broken', 'redirecting')),
    status BIGINT,
    reason TEXT,
    target TEXT,
    found_on TEXT NOT NULL,
    pages BIGINT NOT NULL,
    PRIMARY KEY (site_id, position)
);
