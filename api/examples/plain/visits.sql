-- The walks as visits, in the order in which they were written last.
INSERT INTO visits BY NAME
SELECT visit_id, site_id, visitor, visitor AS last_visitor, start_ms, end_ms, end_ms - signups * gap_ms AS exit_ms, local_date,
    domain AS exit_hostname, exit_page, pageviews, pageviews + signups AS events, signups AS interactive_events,
    pageviews < 2 AND signups = 0 AS is_bounce, domain AS entry_hostname, entry_page, source, channel, referrer,
    utm_source, utm_medium, utm_campaign, '' AS utm_content, '' AS utm_term, '' AS click_id,
    country, region, city, browser, browser_version, os, os_version, device, screen
FROM walks
ORDER BY end_ms, visit_id
