-- The rows of the walks, in the order in which they would have come.
INSERT INTO events BY NAME
SELECT visit_id + step AS event_id, visit_id, site_id, start_ms + step * gap_ms AS time_ms, local_date, visitor,
    CASE WHEN step < pageviews THEN 'pageview' ELSE 'Signup' END AS name, domain AS hostname,
    page(walk, least(step, pageviews - 1)) AS pathname, true AS interactive,
    CASE WHEN step < pageviews THEN CAST(MAP {} AS MAP(VARCHAR, VARCHAR)) ELSE MAP {'plan': ['free', 'team', 'business'][nth(walk, 18, 3)]} END AS props,
    domain AS entry_hostname, entry_page, source, channel, referrer, utm_source, utm_medium, utm_campaign,
    '' AS utm_content, '' AS utm_term, '' AS click_id, country, region, city, browser, browser_version, os, os_version, device, screen
FROM (SELECT *, unnest(range(pageviews + signups)) AS step FROM walks)
ORDER BY time_ms, event_id
