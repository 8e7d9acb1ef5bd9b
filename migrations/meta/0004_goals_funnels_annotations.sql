-- Run unchanged on SQLite and PostgreSQL.

-- What visitors should do: see a page (`path`, with `*` and `**`) or cause an event (`event`, with the values of `props`, a
-- JSON object). With `currency` its revenue is counted.
CREATE TABLE goals (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    path TEXT,
    event TEXT,
    props TEXT NOT NULL,
    currency TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX one_goal_a_name ON goals (site_id, name_key);

CREATE TABLE funnels (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX one_funnel_a_name ON funnels (site_id, name_key);

-- A goal that a funnel has as a step is kept by the service, under the site's lock: a reference that forbids it would forbid
-- deleting the site as well, whose goals may go before its funnels.
CREATE TABLE funnel_steps (
    funnel_id TEXT NOT NULL REFERENCES funnels (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    goal_id TEXT NOT NULL REFERENCES goals (id) ON DELETE CASCADE,
    PRIMARY KEY (funnel_id, position)
);
CREATE INDEX funnel_steps_by_goal ON funnel_steps (goal_id);

-- Notes on days; `date` is ISO 8601 in the site's zone.
CREATE TABLE annotations (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    date TEXT NOT NULL,
    text TEXT NOT NULL,
    hidden BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX annotations_by_date ON annotations (site_id, date, id);
