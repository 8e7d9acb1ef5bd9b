-- What filtered questions about whole days are answered from. Text stands as it is shown: an empty value is its label ('(none)',
-- 'Direct / None'). Both tables go with `rolled_days`.

-- A row for each visit and day of its events. `first` and `first_<attribute>` are 1 on the row that is its visitor's first of that day,
-- with that value of the attribute, so that visitors are a sum. `visits`, `bounces`, `duration_ms` and `visit_pageviews` stand on the day
-- on which the visit began. `visitor` is NULL where the day has none of its events; `exit_page` is NULL where the visit is gone.
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

-- Events of a day by what they have and a visit has not (`family`: event:page, event:hostname, event:name) and by whom. Visitors of
-- several rows may be added where a visitor's country, browser, system and device did not change on the day.
CREATE TABLE audience_days (
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    family VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    os VARCHAR NOT NULL,
    browser VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    visitors BIGINT NOT NULL,
    pageviews BIGINT NOT NULL,
    events BIGINT NOT NULL
);

-- `unsteady` is a set of bits: what changed within some visitor's day, in the order of country, region, city, browser, browser_version,
-- os, os_version, device; and then whether a visit's events of the day have several visitors.
DROP TABLE rolled_days;
CREATE TABLE rolled_days (
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    unsteady UINTEGER NOT NULL
);
-- Values are labels from here on, and days are counted anew. Families with many values (event:page, visit:entry_page, visit:exit_page,
-- visit:referrer, visit:region, visit:city) stand in a table of their own.
DELETE FROM rollups;
CREATE TABLE long_rollups AS FROM rollups;
