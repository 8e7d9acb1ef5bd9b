-- Days are counted anew: visits by day know how many their visitor has on the day, and pages are counted by what their visits had.
DELETE FROM rolled_days;
DELETE FROM rolled_months;
CREATE OR REPLACE TABLE long_months AS FROM long_rollups LIMIT 0;

-- As before; `of_day` is how many rows of the day its visitor has, 255 standing for more, and 0 where `visitor` is NULL. Where they are one or
-- two, a row is its visitor's first with values of several attributes if it is with one of them.
CREATE OR REPLACE TABLE visit_days AS SELECT *, CAST(0 AS UTINYINT) AS of_day FROM visit_days LIMIT 0;

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
