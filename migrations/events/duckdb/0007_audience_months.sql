-- Months are added up anew, by more than before.
DELETE FROM rolled_months;
CREATE OR REPLACE TABLE long_months AS FROM long_months LIMIT 0;

-- Months of visits and events by two things at once: `audience` is the dimension's word of a visitor's country, browser, system or device,
-- `family` that of anything that `visit_days` or `audience_days` have beside it ('' for nothing); `audience_value` and `value` are their
-- values as they are shown. Visitors may be added where neither changed within somebody's day, on all days of the month.
CREATE TABLE audience_months (
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    audience VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    audience_value VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    visitors BIGINT NOT NULL,
    pageviews BIGINT NOT NULL,
    events BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    bounces BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    visit_pageviews BIGINT NOT NULL
);
-- The same for families with many values, as in `long_rollups`.
CREATE TABLE long_audience_months AS FROM audience_months LIMIT 0;
