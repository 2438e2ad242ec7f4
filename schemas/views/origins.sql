-- title: How did the investigations begin?
-- question: Cases on child exploitation by how the investigation began, with the share that platforms and NCMEC started, for each platform, for facebook_family (Facebook and Messenger, the 2020 report's Facebook) and for any (every case), in each year and in any.
-- caveat: Most texts do not say how a case began, and many were read in part only; not stated is no finding. A platform's cases are those in which it was used or made the report; the report may be another platform's, and a mention does not count. The year is that of the first dated release; never add any to the years, nor platforms to each other. The 2020 report's 9 percent is for tips from Facebook or NCMEC, of 366 cases of 2013 to 2019.
-- coverage: n_cases is the number of cases with a coded origin, n_not_coded of those without (only a report about them was read), stated_percent the share of n_cases that state one; percent_of_stated leaves out not stated. n_read_by_rules and n_coded_by_hand are all releases read in the year; empty is not known.
-- asks: Reporters
-- covered by: n_cases, stated_percent, n_read_by_rules, n_coded_by_hand
-- index: platform_id
WITH platform_list AS (
  SELECT platform_id FROM platforms UNION ALL VALUES ('facebook_family'), ('any')
),
years AS (
  SELECT year, sum(n_read_by_rules) AS n_read_by_rules, sum(n_coded_by_hand) AS n_coded_by_hand
  FROM calendar_coverage GROUP BY year
),
periods AS (
  SELECT * FROM years UNION ALL SELECT 'any', sum(n_read_by_rules), sum(n_coded_by_hand) FROM years
),
counted AS (
  SELECT platform_id, year, origin, count(*) AS cases FROM case_platforms
  WHERE is_child_exploitation AND is_involved GROUP BY platform_id, year, origin
),
totals AS (
  SELECT
    platform_list.platform_id, periods.year, n_read_by_rules, n_coded_by_hand,
    coalesce(sum(cases) FILTER (WHERE origin IS NOT NULL), 0) AS n_cases,
    coalesce(sum(cases) FILTER (WHERE origin <> 'not_stated'), 0) AS n_stated,
    coalesce(sum(cases) FILTER (WHERE origin IN ('platform_report', 'ncmec_report')), 0) AS n_tips,
    coalesce(sum(cases) FILTER (WHERE origin IS NULL), 0) AS n_not_coded
  FROM platform_list
  CROSS JOIN periods
  LEFT JOIN counted ON counted.platform_id = platform_list.platform_id AND periods.year IN ('any', counted.year)
  GROUP BY platform_list.platform_id, periods.year
),
numbers AS (
  SELECT totals.*, codes.code AS origin, codes.label AS meaning, coalesce(sum(cases), 0) AS cases
  FROM totals
  JOIN codes ON codes.list = 'origin'
  LEFT JOIN counted
    ON counted.platform_id = totals.platform_id AND counted.origin = codes.code AND totals.year IN ('any', counted.year)
  GROUP BY totals.platform_id, totals.year, codes.code
)
SELECT
  platform_id,
  year,
  origin,
  meaning,
  cases,
  round(100.0 * cases / nullif(n_cases, 0), 1) AS percent_of_cases,
  CASE WHEN origin <> 'not_stated' THEN round(100.0 * cases / nullif(n_stated, 0), 1) END AS percent_of_stated,
  round(100.0 * n_tips / nullif(n_cases, 0), 1) AS started_by_platform_or_ncmec_percent,
  CASE WHEN platform_id = 'facebook_family' AND year = 'any' THEN (
    SELECT value FROM figures WHERE measure_id = 'ttp_share_started_by_tips' AND qualifier = 'exact'
  ) END AS report_2020_percent,
  n_cases,
  n_tips,
  n_stated,
  n_not_coded,
  round(100.0 * n_stated / nullif(n_cases, 0), 1) AS stated_percent,
  n_read_by_rules,
  n_coded_by_hand
FROM numbers
ORDER BY platform_id, year, cases DESC, origin;

-- page: platform_id is a platform, facebook_family or any (empty: any). first_year and last_year bound the years, such as 2013 and 2019; leave both empty for all cases, dated or not, or write undated in both.
WITH asked AS (
  SELECT * FROM origins
  WHERE platform_id = coalesce(nullif(:platform_id, ''), 'any')
    AND year BETWEEN coalesce(nullif(:first_year, ''), CASE :last_year WHEN '' THEN 'any' ELSE '0' END)
      AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'any' ELSE '9999' END)
)
SELECT
  platform_id,
  min(year) AS first_year,
  max(year) AS last_year,
  origin,
  meaning,
  sum(cases) AS cases,
  round(100.0 * sum(cases) / nullif(sum(n_cases), 0), 1) AS percent_of_cases,
  CASE WHEN origin <> 'not_stated' THEN round(100.0 * sum(cases) / nullif(sum(n_stated), 0), 1) END AS percent_of_stated,
  round(100.0 * sum(n_tips) / nullif(sum(n_cases), 0), 1) AS started_by_platform_or_ncmec_percent,
  CASE platform_id WHEN 'facebook_family' THEN (
    SELECT value FROM figures WHERE measure_id = 'ttp_share_started_by_tips' AND qualifier = 'exact'
  ) END AS report_2020_percent,
  sum(n_cases) AS n_cases,
  sum(n_not_coded) AS n_not_coded,
  round(100.0 * sum(n_stated) / nullif(sum(n_cases), 0), 1) AS stated_percent,
  sum(n_read_by_rules) AS n_read_by_rules,
  sum(n_coded_by_hand) AS n_coded_by_hand
FROM asked
GROUP BY origin
ORDER BY cases DESC, origin;
