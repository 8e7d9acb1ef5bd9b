-- Every visit of some days, with all that its rows are made of. A person is a site, a day and a number; a walk is a person's n-th visit.
CREATE OR REPLACE TEMP TABLE walks AS
WITH people AS (
    SELECT site_id, domain, day, hash(site_id, day, person) AS visitor
    FROM (SELECT site_id, domain, day, unnest(range(CAST(round(share * people) AS BIGINT))) AS person FROM temp.sites, temp.days)
), visits AS (
    SELECT *, hash(xor(visitor, CAST(unnest(range(100, 101 + CAST(u(visitor, 1) < 0.22 AS INTEGER) + CAST(u(visitor, 1) < 0.08 AS INTEGER))) AS UBIGINT))) AS walk FROM people
), lengths AS (
    SELECT *, least(30, 1 + CAST(floor(ln(1 - u(walk, 2)) / ln(1 - 1 / 2.2)) AS INTEGER)) AS pageviews,
        CAST(u(walk, 3) < 0.1 AS INTEGER) AS signups, 5000 + CAST(floor(u(walk, 4) * 95000) AS BIGINT) AS gap_ms
    FROM visits
), times AS (
    SELECT *, (pageviews + signups - 1) * gap_ms AS duration_ms,
        epoch_ms(CAST(day AS TIMESTAMP)) + hours()[1 + CAST(floor(u(walk, 5) * len(hours())) AS INTEGER)] * 3600000
            + CAST(floor(u(walk, 6) * (3599000 - (pageviews + signups - 1) * gap_ms)) AS BIGINT) AS start_ms
    FROM lengths
)
SELECT t.site_id, t.domain, t.day AS local_date, t.visitor, t.walk, t.pageviews, t.signups, t.gap_ms, t.start_ms, t.start_ms + t.duration_ms AS end_ms,
    (SELECT coalesce(max(event_id), 0) FROM events) + 1 - (t.pageviews + t.signups)
        + CAST(sum(t.pageviews + t.signups) OVER (ORDER BY t.start_ms, t.walk) AS BIGINT) AS visit_id,
    page(t.walk, 0) AS entry_page, page(t.walk, t.pageviews - 1) AS exit_page,
    o.source, o.channel, o.referrer,
    CASE WHEN o.medium <> '' THEN lower(o.source) ELSE '' END AS utm_source, o.medium AS utm_medium,
    CASE WHEN o.medium <> '' THEN 'campaign-' || nth(t.walk, 8, 12) ELSE '' END AS utm_campaign,
    one_of(t.visitor, 9, countries()) AS country, one_of(t.visitor, 9, countries()) || '-' || nth(t.visitor, 10, 12) AS region,
    'City ' || nth(t.visitor, 11, 300) AS city,
    one_of(t.visitor, 12, browsers()) AS browser, (143 - nth(t.visitor, 13, 12)) || '.0' AS browser_version,
    one_of(t.visitor, 14, systems()) AS os, CAST(19 - nth(t.visitor, 15, 8) AS VARCHAR) AS os_version,
    one_of(t.visitor, 16, devices()) AS device, ['1920x1080', '390x844', '1440x900', '412x915', '1536x864'][nth(t.visitor, 17, 5)] AS screen
FROM times t JOIN temp.origins o ON o.n = nth(t.walk, 7, 40)
WHERE t.start_ms + t.duration_ms < $now_ms
