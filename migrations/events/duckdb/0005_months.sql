-- Months of a site, added up from its days in `long_rollups`; `local_date` is a month's first. A month may be used if it stands in
-- `rolled_months`: then all of its days stand in `rolled_days`, and whatever takes one of them out takes the month out in the same
-- transaction.
CREATE TABLE long_months AS FROM long_rollups LIMIT 0;
CREATE TABLE rolled_months (
    site_id VARCHAR NOT NULL,
    local_date DATE NOT NULL
);
