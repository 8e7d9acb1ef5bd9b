-- What imports brought. `import_id` names the import; NULL is what was collected.
ALTER TABLE events ADD COLUMN import_id VARCHAR;
ALTER TABLE visits ADD COLUMN import_id VARCHAR;

-- How far each import is, written with its events: after a crash it goes on exactly there.
CREATE TABLE import_progress (
    import_id VARCHAR NOT NULL,
    site_id VARCHAR NOT NULL,
    progress VARCHAR NOT NULL
);

-- Daily totals of Plausible's export, a row for each line of its files. `family` is the file: visitors, sources, pages,
-- entry_pages, exit_pages, custom_events, locations, devices, browsers, operating_systems. Text that the family does not have
-- is ''; numbers that it does not have are 0. Totals of one family must never be added to those of another.
CREATE TABLE imported_days (
    import_id VARCHAR NOT NULL,
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    family VARCHAR NOT NULL,
    hostname VARCHAR NOT NULL,
    pathname VARCHAR NOT NULL,
    entry_page VARCHAR NOT NULL,
    exit_page VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    link_url VARCHAR NOT NULL,
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
    visitors BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    pageviews BIGINT NOT NULL,
    events BIGINT NOT NULL,
    bounces BIGINT NOT NULL,
    duration_s BIGINT NOT NULL,
    engagement_s BIGINT NOT NULL,
    engaged_visits BIGINT NOT NULL,
    scroll_depth BIGINT NOT NULL,
    scrolled_visits BIGINT NOT NULL
);
