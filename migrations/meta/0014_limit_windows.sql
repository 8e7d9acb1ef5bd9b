-- Run unchanged on SQLite and PostgreSQL.

-- Limits that several servers keep together; unused with SQLite. `calls` are the times of the calls that count, in milliseconds with commas
-- between; after `until` none of them counts any more.
CREATE TABLE limit_windows (
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    calls TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (name, key)
);
CREATE INDEX limit_windows_by_end ON limit_windows (until);
