-- Run unchanged on SQLite and PostgreSQL. Ids and hashes are text; instants are Unix milliseconds, UTC.

-- Sessions get a public id, the time of last use (to the minute) and a few words on the program that signed in; the
-- ones from before have none of it, so their holders sign in once more.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
CREATE UNIQUE INDEX one_session_an_id ON sessions (id);

-- The secret of an account's authenticator, sealed. In force once confirmed; `last_step` is the newest 30-second step
-- whose code was taken, so that no code is good twice.
CREATE TABLE second_factors (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    secret_sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL DEFAULT 0
);

-- A recovery code is kept as a keyed hash, and deleted when it is used.
CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES second_factors (account_id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, code_hash)
);

-- Open invitations: accepted and withdrawn ones are deleted. The token is kept as share links' are. A site has at most
-- one transfer under way.
CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    inviter_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'viewer')),
    email TEXT,
    token_hash TEXT NOT NULL UNIQUE,
    token_sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitations_by_site ON invitations (site_id, created_at);
CREATE INDEX invitations_by_email ON invitations (email);
CREATE UNIQUE INDEX one_invitation_an_address ON invitations (site_id, role, email);
CREATE UNIQUE INDEX one_transfer_a_site ON invitations (site_id) WHERE role = 'owner';
