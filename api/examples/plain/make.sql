-- Tables and words of the generator. `u` is a number in [0, 1) that hangs on a key and on what is chosen.
CREATE TEMP TABLE sites (site_id VARCHAR, domain VARCHAR, share DOUBLE);
CREATE TEMP TABLE days (day DATE, people DOUBLE);
CREATE TEMP MACRO u(key, what) AS CAST(hash(xor(key, CAST(what AS UBIGINT))) >> 11 AS DOUBLE) / 9007199254740992.0;
-- From 1 to n, n about 1/n as often as 1.
CREATE TEMP MACRO nth(key, what, n) AS least(n, CAST(floor(exp(u(key, what) * ln(n + 1))) AS INTEGER));
CREATE TEMP MACRO one_of(key, what, list) AS list[nth(key, what, len(list))];
CREATE TEMP MACRO page_named(n) AS CASE n WHEN 1 THEN '/' WHEN 2 THEN '/pricing' WHEN 3 THEN '/features' ELSE
    '/' || ['docs', 'blog', 'help', 'news', 'guides'][1 + n % 5] || '/an-article-about-' || n END;
CREATE TEMP MACRO page(walk, step) AS page_named(nth(walk, 1000 + step, 2000));
CREATE TEMP MACRO hours() AS [0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 9, 9, 9, 10, 10, 10, 10, 10, 11, 11, 11, 11, 11, 12, 12, 12,
    12, 13, 13, 13, 13, 14, 14, 14, 14, 14, 15, 15, 15, 15, 15, 16, 16, 16, 16, 17, 17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 19, 20, 20,
    20, 20, 21, 21, 21, 21, 22, 22, 22, 23, 23];
CREATE TEMP MACRO countries() AS ['US', 'DE', 'GB', 'FR', 'IN', 'NL', 'CA', 'BR', 'AT', 'CH', 'SE', 'ES', 'IT', 'PL', 'AU', 'JP', 'BE', 'DK',
    'NO', 'FI', 'IE', 'PT', 'CZ', 'RO', 'HU', 'GR', 'UA', 'TR', 'MX', 'AR', 'CL', 'CO', 'ZA', 'NG', 'KE', 'EG', 'IL', 'AE', 'SA', 'PK', 'BD',
    'LK', 'TH', 'VN', 'ID', 'MY', 'SG', 'PH', 'KR', 'TW', 'HK', 'CN', 'NZ', 'EE', 'LV', 'LT', 'SK', 'SI', 'HR', 'BG'];
CREATE TEMP MACRO browsers() AS ['Chrome', 'Safari', 'Firefox', 'Edge', 'Samsung Internet', 'Opera', 'Brave', 'Vivaldi'];
CREATE TEMP MACRO systems() AS ['Windows', 'iOS', 'Android', 'macOS', 'Linux', 'ChromeOS'];
CREATE TEMP MACRO devices() AS ['Desktop', 'Mobile', 'Tablet'];
-- Source, channel, referrer, medium; a medium makes it a campaign.
CREATE TEMP TABLE origins AS SELECT * FROM (VALUES
    (1, '', 'Direct', '', ''), (2, 'Google', 'Organic Search', 'google.com', ''), (3, 'Newsletter', 'Email', '', 'email'),
    (4, 'Bing', 'Organic Search', 'bing.com', ''), (5, 'Facebook', 'Organic Social', 'facebook.com', ''),
    (6, 'Reddit', 'Organic Social', 'reddit.com/r/selfhosted', ''), (7, 'Google', 'Paid Search', 'google.com', 'cpc'),
    (8, 'DuckDuckGo', 'Organic Search', 'duckduckgo.com', ''), (9, 'Hacker News', 'Organic Social', 'news.ycombinator.com', ''),
    (10, 'LinkedIn', 'Organic Social', 'linkedin.com', ''), (11, 'ChatGPT', 'AI Assistants', 'chatgpt.com', ''),
    (12, 'X', 'Organic Social', 't.co', ''), (13, 'YouTube', 'Organic Video', 'youtube.com', ''), (14, 'GitHub', 'Referral', 'github.com', ''),
    (15, 'Instagram', 'Paid Social', 'instagram.com', 'paid_social')) AS known (n, source, channel, referrer, medium)
    UNION ALL SELECT n, 'friend-' || n || '.example', 'Referral', 'friend-' || n || '.example/links', '' FROM range(16, 41) AS others (n);
