-- Run unchanged on SQLite and PostgreSQL.

-- How events get from the inboxes of several servers into one ClickHouse; unused with DuckDB.

-- A data folder that collects events. `number` stands in the upper bits of its events' numbers; everything in its inbox up to
-- `drained` is in a plan.
CREATE TABLE event_nodes (
    name TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    drained BIGINT NOT NULL
);

-- One row: whose turn it is. `ledger` names this database in the tokens of inserts; `plans` counts the plans that were made. Someone waits
-- where `contended` is true: then the last holder lets others go first.
CREATE TABLE event_turn (
    id BIGINT NOT NULL PRIMARY KEY,
    ledger TEXT NOT NULL,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL,
    released_at BIGINT NOT NULL,
    contended BOOLEAN NOT NULL,
    plans BIGINT NOT NULL
);

-- What is to be written to ClickHouse, to the byte, and may have been in part: at most one row. It goes when all of it is there.
CREATE TABLE event_plans (
    id BIGINT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);

-- How far imports are with what they write to ClickHouse.
CREATE TABLE event_imports (
    import_id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL,
    progress TEXT NOT NULL
);

-- Sites that were deleted: what waits of them in another server's inbox is left out.
CREATE TABLE event_deleted_sites (
    site_id TEXT NOT NULL PRIMARY KEY
);
