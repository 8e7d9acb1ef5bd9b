-- Run unchanged on SQLite and PostgreSQL.

-- Portals: of a site, or of a group of sites that an account made. The token is a keyed hash to find it by and an encrypted copy to
-- show its owner, as of a share link; a portal has one at most, and a new one replaces it.
CREATE TABLE portals (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT UNIQUE REFERENCES sites (id) ON DELETE CASCADE,
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT,
    name_key TEXT,
    enabled BOOLEAN NOT NULL,
    frame_ancestors TEXT NOT NULL,
    token_hash TEXT UNIQUE,
    token_sealed TEXT,
    token_created_at BIGINT,
    opens BIGINT NOT NULL,
    last_opened_at BIGINT,
    created_at BIGINT NOT NULL,
    CHECK ((site_id IS NULL) <> (account_id IS NULL)),
    CHECK ((account_id IS NULL) = (name_key IS NULL)),
    CHECK ((token_hash IS NULL) = (token_sealed IS NULL))
);
CREATE UNIQUE INDEX portal_groups_by_name ON portals (account_id, name_key);

-- The sites of a group, in the order in which they are shown.
CREATE TABLE portal_sites (
    portal_id TEXT NOT NULL REFERENCES portals (id) ON DELETE CASCADE,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    PRIMARY KEY (portal_id, site_id)
);
CREATE INDEX portal_sites_by_site ON portal_sites (site_id);

-- How an account's portals look. `logo` is a PNG of our own making, in base64; `logo_hash` names it in URLs.
CREATE TABLE brandings (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    company_name TEXT,
    accent TEXT,
    hide_footer BOOLEAN NOT NULL,
    on_share_links BOOLEAN NOT NULL,
    on_mails BOOLEAN NOT NULL,
    logo TEXT,
    logo_hash TEXT
);
CREATE INDEX brandings_by_logo ON brandings (logo_hash);

-- Domains under which portals answer. `label` belongs to one claim: who claims the domain later has another one to prove. Whoever
-- looks a domain up moves `due_at` first, by a conditional update, so that one of several servers does it.
CREATE TABLE brand_domains (
    domain TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    verified BOOLEAN NOT NULL,
    reason TEXT CHECK (reason IN ('record_not_found', 'wrong_target', 'no_answer')),
    created_at BIGINT NOT NULL,
    checked_at BIGINT,
    verified_at BIGINT,
    lapses_at BIGINT,
    due_at BIGINT NOT NULL
);
CREATE INDEX brand_domains_by_due ON brand_domains (due_at);
