-- Events and visits. Instants are Unix milliseconds, UTC. `local_date` is the date in the site's zone at that instant:
-- the day that an event or the beginning of a visit counts on, and the day of the salt behind `visitor`, so that a visitor's
-- number lives for one local day of one site. Absent text is ''. Attributes of the visit stand on its events too, as they were
-- when the visit began, so that a question about events needs no join.

-- `event_id` is the event's sequence number in the inbox, so that it is unique for ever and tells what was drained.
-- Rows named 'engagement' carry time and scroll depth of a page and count as nothing else.
CREATE TABLE events (
    event_id BIGINT NOT NULL,
    visit_id BIGINT NOT NULL,
    site_id VARCHAR NOT NULL,
    time_ms BIGINT NOT NULL,
    local_date DATE NOT NULL,
    visitor UBIGINT NOT NULL,
    name VARCHAR NOT NULL,
    hostname VARCHAR NOT NULL,
    pathname VARCHAR NOT NULL,
    interactive BOOLEAN NOT NULL,
    engagement_ms INTEGER,
    scroll_depth UTINYINT,
    props MAP(VARCHAR, VARCHAR) NOT NULL,
    revenue DECIMAL(18, 3),
    currency VARCHAR,
    entry_hostname VARCHAR NOT NULL,
    entry_page VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    referrer VARCHAR NOT NULL,
    utm_source VARCHAR NOT NULL,
    utm_medium VARCHAR NOT NULL,
    utm_campaign VARCHAR NOT NULL,
    utm_content VARCHAR NOT NULL,
    utm_term VARCHAR NOT NULL,
    click_id VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    city VARCHAR NOT NULL,
    browser VARCHAR NOT NULL,
    browser_version VARCHAR NOT NULL,
    os VARCHAR NOT NULL,
    os_version VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    screen VARCHAR NOT NULL
);

-- `visit_id` is the event_id of the visit's first event. A visit belongs to the day on which it began; `last_visitor` is the
-- visitor's number on the day of its latest event, by which a visit over midnight goes on. `exit_ms` is when the visit
-- reached its exit page.
CREATE TABLE visits (
    visit_id BIGINT NOT NULL,
    site_id VARCHAR NOT NULL,
    visitor UBIGINT NOT NULL,
    last_visitor UBIGINT NOT NULL,
    start_ms BIGINT NOT NULL,
    end_ms BIGINT NOT NULL,
    exit_ms BIGINT NOT NULL,
    local_date DATE NOT NULL,
    exit_hostname VARCHAR NOT NULL,
    exit_page VARCHAR NOT NULL,
    pageviews INTEGER NOT NULL,
    events INTEGER NOT NULL,
    interactive_events INTEGER NOT NULL,
    is_bounce BOOLEAN NOT NULL,
    entry_hostname VARCHAR NOT NULL,
    entry_page VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    referrer VARCHAR NOT NULL,
    utm_source VARCHAR NOT NULL,
    utm_medium VARCHAR NOT NULL,
    utm_campaign VARCHAR NOT NULL,
    utm_content VARCHAR NOT NULL,
    utm_term VARCHAR NOT NULL,
    click_id VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    city VARCHAR NOT NULL,
    browser VARCHAR NOT NULL,
    browser_version VARCHAR NOT NULL,
    os VARCHAR NOT NULL,
    os_version VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    screen VARCHAR NOT NULL
);

-- One row: everything in the inbox up to this sequence number is in the tables above.
CREATE TABLE drained (seq BIGINT NOT NULL);
INSERT INTO drained VALUES (0);
