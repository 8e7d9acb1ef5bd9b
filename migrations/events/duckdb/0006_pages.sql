-- Days are counted anew: visits by day know how many their visitor has on the day, and pages are counted by what their visits had.
DELETE FROM rolled_days;
DELETE FROM rolled_months;
CREATE OR REPLACE TABLE long_months AS FROM long_rollups LIMIT 0;

-- As before; `of_day` is how many rows of the day its visitor has, 255 standing for more, and 0 where `visitor` is NULL. Where they are one or
-- two, a row is its visitor's first with values of several attributes if it is with one of them.
DROP TABLE visit_days;
CREATE TABLE visit_days (
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    visitor UBIGINT,
    pageviews INTEGER NOT NULL,
    events INTEGER NOT NULL,
    visits UTINYINT NOT NULL,
    bounces UTINYINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    visit_pageviews INTEGER NOT NULL,
    entry_page VARCHAR NOT NULL,
    exit_page VARCHAR,
    source VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    referrer VARCHAR NOT NULL,
    utm_source VARCHAR NOT NULL,
    utm_medium VARCHAR NOT NULL,
    utm_campaign VARCHAR NOT NULL,
    utm_content VARCHAR NOT NULL,
    utm_term VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    city VARCHAR NOT NULL,
    browser VARCHAR NOT NULL,
    browser_version VARCHAR NOT NULL,
    os VARCHAR NOT NULL,
    os_version VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    first UTINYINT NOT NULL,
    of_day UTINYINT NOT NULL,
    first_entry_page UTINYINT NOT NULL,
    first_exit_page UTINYINT NOT NULL,
    first_source UTINYINT NOT NULL,
    first_channel UTINYINT NOT NULL,
    first_referrer UTINYINT NOT NULL,
    first_utm_source UTINYINT NOT NULL,
    first_utm_medium UTINYINT NOT NULL,
    first_utm_campaign UTINYINT NOT NULL,
    first_utm_content UTINYINT NOT NULL,
    first_utm_term UTINYINT NOT NULL
);

-- Days of pages. `part` says which rows were counted: 'events' of a page, by an attribute of their visit (`family` is its dimension's word and
-- `value` its value as it is shown; both are '' for all events of the page), or 'visits' that have an event of the page, on the day on which
-- they began. Numbers of the other part are 0.
CREATE TABLE page_days (
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    family VARCHAR NOT NULL,
    part VARCHAR NOT NULL,
    page VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    visitors BIGINT NOT NULL,
    pageviews BIGINT NOT NULL,
    events BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    bounces BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    visit_pageviews BIGINT NOT NULL
);
