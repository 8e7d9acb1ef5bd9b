-- Run unchanged on SQLite and PostgreSQL.

-- What registries tell of domains. A domain is asked for once a day by whoever moves `asked_at` first, however many sites and
-- servers want to know. `reason` is why the latest question brought nothing, `facts` (JSON) what the latest answer told.
CREATE TABLE registrations (
    domain TEXT NOT NULL PRIMARY KEY,
    asked_at BIGINT NOT NULL,
    reason TEXT,
    facts TEXT
);

-- IANA's list of registries, as it was last fetched: one row. `services` is JSON, NULL while only the built-in one is there.
CREATE TABLE registries (
    name TEXT NOT NULL PRIMARY KEY,
    tried_at BIGINT NOT NULL,
    fetched_at BIGINT,
    services TEXT
);
