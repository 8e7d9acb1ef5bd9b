-- Days of a site, counted: what unfiltered questions about whole days are answered from. `family` is a dimension's word ('' for
-- the day as a whole), `value` its value as it stands in the rows that were counted. `part` says which rows those were: 'events'
-- (visitors, pageviews, events) or 'visits' (the rest); numbers of the other part are 0. A visitor's number lives for one local day, so
-- that days can be added. A day may be used if it stands in `rolled_days`; whatever changes a day takes it out in the same transaction.
CREATE TABLE rollups (
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL,
    family VARCHAR NOT NULL,
    part VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    visitors BIGINT NOT NULL,
    pageviews BIGINT NOT NULL,
    events BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    bounces BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    visit_pageviews BIGINT NOT NULL
);
CREATE TABLE rolled_days (
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL
);
