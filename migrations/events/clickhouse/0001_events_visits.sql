-- Events and visits; what the columns mean is told in the file of the same name for DuckDB.
--
-- The file is right as it stands for one server. For a cluster the comments /*local*/, /*cluster*/ and /*replicated*/ are filled in, and the
-- tables under the plain names are those of `distributed`.

-- Inserts carry a token; one that comes again is dropped.
CREATE TABLE IF NOT EXISTS events/*local*//*cluster*/ (
    event_id Int64,
    visit_id Int64,
    site_id String,
    time_ms Int64,
    local_date Date32,
    visitor UInt64,
    name LowCardinality(String),
    hostname LowCardinality(String),
    pathname String,
    interactive Bool,
    engagement_ms Nullable(Int32),
    scroll_depth Nullable(UInt8),
    props Map(String, String),
    revenue Nullable(Decimal(18, 3)),
    currency Nullable(String),
    import_id Nullable(String),
    entry_hostname LowCardinality(String),
    entry_page String,
    source String,
    channel LowCardinality(String),
    referrer String,
    utm_source String,
    utm_medium LowCardinality(String),
    utm_campaign String,
    utm_content String,
    utm_term String,
    click_id LowCardinality(String),
    country LowCardinality(String),
    region LowCardinality(String),
    city String,
    browser LowCardinality(String),
    browser_version LowCardinality(String),
    os LowCardinality(String),
    os_version LowCardinality(String),
    device LowCardinality(String),
    screen LowCardinality(String)
) ENGINE = /*replicated*/MergeTree
PARTITION BY toYYYYMM(local_date)
ORDER BY (site_id, local_date, time_ms)
SETTINGS non_replicated_deduplication_window = 10000, replicated_deduplication_window = 10000;

-- A visit is written anew whenever it goes on; the highest version is the one that counts.
CREATE TABLE IF NOT EXISTS visits/*local*//*cluster*/ (
    visit_id Int64,
    site_id String,
    visitor UInt64,
    last_visitor UInt64,
    start_ms Int64,
    end_ms Int64,
    exit_ms Int64,
    local_date Date32,
    exit_hostname LowCardinality(String),
    exit_page String,
    pageviews Int32,
    events Int32,
    interactive_events Int32,
    is_bounce Bool,
    entry_hostname LowCardinality(String),
    entry_page String,
    import_id Nullable(String),
    source String,
    channel LowCardinality(String),
    referrer String,
    utm_source String,
    utm_medium LowCardinality(String),
    utm_campaign String,
    utm_content String,
    utm_term String,
    click_id LowCardinality(String),
    country LowCardinality(String),
    region LowCardinality(String),
    city String,
    browser LowCardinality(String),
    browser_version LowCardinality(String),
    os LowCardinality(String),
    os_version LowCardinality(String),
    device LowCardinality(String),
    screen LowCardinality(String),
    version Int64
) ENGINE = /*replicated*/ReplacingMergeTree(version)
PARTITION BY toYYYYMM(local_date)
ORDER BY (site_id, local_date, visit_id);
