-- title: How do two platforms compare?
-- question: Cases on child exploitation of two platforms side by side: in what role the platform stands, how the cases began, and for what conduct suspects used it. Beside the platforms stand facebook_family (Facebook and Messenger together) and any (every case, whether or not it names a platform).
-- caveat: More cases can mean more users, more reports or more searching, not more crime. A case may involve both platforms and then counts for each. Each topic has its own whole: cases that name the platform, cases with a coded origin, and uses with one kind of conduct. A charge is an allegation. With small wholes a difference in percent means nothing.
-- coverage: n_whole, of platform a and of b, is what the percentages rest on. n_read_by_rules and n_coded_by_hand are all releases read in the years; empty is not known.
-- asks: Trust and safety teams
-- covered by: n_whole, n_read_by_rules, n_coded_by_hand
-- index: platform_id, year
WITH numbers AS (
  SELECT
    platform_id, year, 1 AS place, 'role' AS topic, item, item_place,
    CASE item
      WHEN 'used by a suspect' THEN n_used WHEN 'made a report' THEN n_reporting ELSE n_only_mentioned
    END AS n,
    n_named AS n_whole
  FROM (
    SELECT
      platform_id, year, sum(is_used) AS n_used, sum(is_reporter) AS n_reporting,
      sum(is_named AND NOT is_used AND NOT is_reporter) AS n_only_mentioned, sum(is_named) AS n_named
    FROM case_platforms WHERE is_child_exploitation GROUP BY platform_id, year
  )
  CROSS JOIN (
    SELECT 1 AS item_place, 'used by a suspect' AS item UNION ALL VALUES (2, 'made a report'), (3, 'only mentioned')
  )
  UNION ALL
  SELECT platform_id, year, 2, 'how it began', meaning, 0, cases, n_cases FROM origins WHERE year <> 'any'
  UNION ALL
  SELECT platform_id, year, 3, 'conduct', label, 0, n_this_conduct, n_uses
  FROM conduct_shares JOIN codes ON codes.list = 'conduct' AND codes.code = conduct_shares.conduct
  WHERE year <> 'any'
)
SELECT
  numbers.platform_id,
  numbers.year,
  place,
  topic,
  item_place,
  item,
  n,
  n_whole,
  n_read_by_rules,
  n_coded_by_hand
FROM numbers
JOIN (
  SELECT year, sum(n_read_by_rules) AS n_read_by_rules, sum(n_coded_by_hand) AS n_coded_by_hand
  FROM calendar_coverage GROUP BY year
) AS reading ON reading.year = numbers.year
WHERE n_whole > 0
ORDER BY numbers.platform_id, numbers.year, place, item_place, item;

-- page: platform_a is a platform, facebook_family or any (empty: facebook_family); platform_b is another (empty: any). first_year and last_year bound the years of the first dated release, such as 2013 and 2019; leave both empty for all cases, dated or not.
-- covered by: n_whole_a, n_whole_b, n_read_by_rules, n_coded_by_hand
WITH asked AS (
  SELECT coalesce(nullif(:platform_a, ''), 'facebook_family') AS a, coalesce(nullif(:platform_b, ''), 'any') AS b
),
years AS (
  SELECT year, sum(n_read_by_rules) AS n_read_by_rules, sum(n_coded_by_hand) AS n_coded_by_hand
  FROM calendar_coverage
  WHERE year BETWEEN :first_year
    AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'undated' ELSE '9999' END)
  GROUP BY year
),
reading AS (
  SELECT sum(n_read_by_rules) AS n_read_by_rules, sum(n_coded_by_hand) AS n_coded_by_hand FROM years
),
items AS (
  SELECT DISTINCT place, topic, item_place, item FROM platforms_compared
  WHERE platform_id = 'any' AND year IN (SELECT year FROM years)
),
sums AS (
  SELECT platform_id, place, item, sum(n) AS n, sum(n_whole) AS n_whole
  FROM platforms_compared
  WHERE platform_id IN ((SELECT a FROM asked), (SELECT b FROM asked)) AND year IN (SELECT year FROM years)
  GROUP BY platform_id, place, item
)
SELECT
  topic,
  items.item,
  asked.a AS platform_a,
  coalesce(a.n, 0) AS count_a,
  round(100.0 * a.n / a.n_whole, 1) AS percent_a,
  coalesce(a.n_whole, 0) AS n_whole_a,
  asked.b AS platform_b,
  coalesce(b.n, 0) AS count_b,
  round(100.0 * b.n / b.n_whole, 1) AS percent_b,
  coalesce(b.n_whole, 0) AS n_whole_b,
  n_read_by_rules,
  n_coded_by_hand
FROM asked
CROSS JOIN reading
CROSS JOIN items
LEFT JOIN sums AS a ON a.platform_id = asked.a AND a.place = items.place AND a.item = items.item
LEFT JOIN sums AS b ON b.platform_id = asked.b AND b.place = items.place AND b.item = items.item
WHERE asked.a IN (SELECT platform_id FROM platforms UNION ALL VALUES ('facebook_family'), ('any'))
  AND asked.b IN (SELECT platform_id FROM platforms UNION ALL VALUES ('facebook_family'), ('any'))
ORDER BY items.place, items.item_place, a.n DESC, b.n DESC, items.item;
