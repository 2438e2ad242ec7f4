-- title: Did tips from platforms and NCMEC start more cases after FOSTA?
-- question: Cases on child exploitation that a platform's or NCMEC's report started, before and after the day on which FOSTA was enacted, for each platform, for facebook_family (Facebook and Messenger, the 2020 report's Facebook) and for any (every case), in each year and in any; beside it the CyberTipline reports of the year and what the 2020 report published.
-- caveat: The day of a release is not the day of a tip: a case announced after enactment may rest on a tip from long before, and the first dated release decides on which side a case stands. What follows a law need not follow from it: the CyberTipline grew, and texts told more or less of origins. CyberTipline reports come from all the world, are not cases, and stand for the whole calendar year of enactment on both sides. A platform's cases are those in which it was used or made the report; a mention does not count. The 2020 report divided at the passage in March 2018 and gives cases a quarter: less than 1 before, more than 3 after.
-- coverage: n_cases is what tips_percent rests on, and stated_percent the share of them that state an origin; n_not_coded are further cases without a coded origin. Undated cases stand in the part undated. n_quarters are the quarters in which releases were read, that of enactment counted as after; tips_per_quarter says little while few releases are read. n_read_by_rules and n_coded_by_hand are all releases read in these quarters; empty is not known.
-- asks: Legislators and their staff
-- covered by: n_cases, stated_percent, n_quarters, n_read_by_rules, n_coded_by_hand
-- index: platform_id
WITH platform_list AS (
  SELECT platform_id FROM platforms UNION ALL VALUES ('facebook_family'), ('any')
),
law AS (
  SELECT
    date_occurred AS enacted, substr(date_occurred, 1, 4) AS year,
    substr(date_occurred, 1, 4) || '-Q' || ((substr(date_occurred, 6, 2) + 2) / 3) AS quarter
  FROM milestones WHERE milestone_id = 'fosta-2018-enactment'
),
sides AS (
  SELECT
    calendar_coverage.*,
    CASE WHEN quarter = 'undated' THEN 'undated' WHEN quarter < (SELECT quarter FROM law) THEN 'before' ELSE 'after' END AS part
  FROM calendar_coverage
),
years AS (
  SELECT DISTINCT year FROM sides UNION ALL VALUES ('any')
),
parts(part, first_year, last_year) AS (
  SELECT 'before', '0', year FROM law UNION ALL SELECT 'after', year, '9999' FROM law
  UNION ALL VALUES ('undated', 'undated', 'undated')
),
periods AS (
  SELECT
    years.year, parts.part, CASE WHEN parts.part <> 'undated' THEN count(quarter) END AS n_quarters,
    sum(n_read_by_rules) AS n_read_by_rules, sum(n_coded_by_hand) AS n_coded_by_hand
  FROM years
  JOIN parts ON years.year = 'any' OR years.year BETWEEN parts.first_year AND parts.last_year
  LEFT JOIN sides ON sides.part = parts.part AND years.year IN ('any', sides.year)
  GROUP BY years.year, parts.part
),
counted AS (
  SELECT
    platform_id, case_platforms.year,
    CASE WHEN first_release_date IS NULL THEN 'undated' WHEN first_release_date < enacted THEN 'before' ELSE 'after' END AS part,
    count(origin) AS n_cases,
    sum(origin <> 'not_stated') AS n_stated,
    sum(origin = 'platform_report') AS platform_tips,
    sum(origin = 'ncmec_report') AS ncmec_tips,
    sum(origin IS NULL) AS n_not_coded
  FROM case_platforms CROSS JOIN law
  WHERE is_child_exploitation AND is_involved
  GROUP BY 1, 2, 3
),
numbers AS (
  SELECT
    platform_list.platform_id, periods.*,
    coalesce(sum(platform_tips), 0) AS platform_tips, coalesce(sum(ncmec_tips), 0) AS ncmec_tips,
    coalesce(sum(n_cases), 0) AS n_cases, coalesce(sum(n_stated), 0) AS n_stated, coalesce(sum(n_not_coded), 0) AS n_not_coded
  FROM platform_list
  CROSS JOIN periods
  LEFT JOIN counted
    ON counted.platform_id = platform_list.platform_id AND counted.part = periods.part
    AND periods.year IN ('any', counted.year)
  GROUP BY platform_list.platform_id, periods.year, periods.part
)
SELECT
  numbers.platform_id,
  numbers.year,
  numbers.part,
  enacted,
  platform_tips + ncmec_tips AS tips,
  platform_tips,
  ncmec_tips,
  round(100.0 * (platform_tips + ncmec_tips) / nullif(n_cases, 0), 1) AS tips_percent,
  n_cases,
  n_stated,
  n_not_coded,
  round(100.0 * n_stated / nullif(n_cases, 0), 1) AS stated_percent,
  round(1.0 * (platform_tips + ncmec_tips) / nullif(n_quarters, 0), 2) AS tips_per_quarter,
  n_quarters,
  CASE report.qualifier WHEN 'more_than' THEN 'more than ' WHEN 'less_than' THEN 'less than ' ELSE '' END
    || CAST(report.value AS INTEGER) AS report_2020_tips_per_quarter,
  cybertipline_by_year.reports AS cybertipline_reports,
  n_read_by_rules,
  n_coded_by_hand
FROM numbers
CROSS JOIN law
LEFT JOIN cybertipline_by_year ON CAST(cybertipline_by_year.year AS TEXT) = numbers.year
LEFT JOIN figures AS report
  ON report.measure_id = 'ttp_tip_cases_per_quarter' AND numbers.platform_id = 'facebook_family' AND numbers.year = 'any'
  AND CASE WHEN report.period_end < enacted THEN 'before' ELSE 'after' END = numbers.part
ORDER BY numbers.platform_id, numbers.year, part = 'undated', part = 'after';

-- page: platform_id is a platform, facebook_family or any (empty: any). first_year and last_year bound the years, such as 2013 and 2019; leave both empty for all, dated or not. The first rows are the sums of the years that follow.
WITH asked AS (
  SELECT
    *,
    year <> 'any' AND year BETWEEN :first_year
      AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'undated' ELSE '9999' END) AS is_asked
  FROM cybertips_before_after_fosta
  WHERE platform_id = coalesce(nullif(:platform_id, ''), 'any')
),
lines AS (
  SELECT
    platform_id,
    'sum' AS year,
    part,
    enacted,
    sum(tips) FILTER (WHERE is_asked) AS tips,
    sum(platform_tips) FILTER (WHERE is_asked) AS platform_tips,
    sum(ncmec_tips) FILTER (WHERE is_asked) AS ncmec_tips,
    sum(n_cases) FILTER (WHERE is_asked) AS n_cases,
    sum(n_stated) FILTER (WHERE is_asked) AS n_stated,
    sum(n_not_coded) FILTER (WHERE is_asked) AS n_not_coded,
    sum(n_quarters) FILTER (WHERE is_asked) AS n_quarters,
    max(report_2020_tips_per_quarter) AS report_2020_tips_per_quarter,
    NULL AS cybertipline_reports,
    sum(n_read_by_rules) FILTER (WHERE is_asked) AS n_read_by_rules,
    sum(n_coded_by_hand) FILTER (WHERE is_asked) AS n_coded_by_hand
  FROM asked GROUP BY part HAVING max(is_asked)
  UNION ALL
  SELECT
    platform_id, year, part, enacted, tips, platform_tips, ncmec_tips, n_cases, n_stated, n_not_coded, n_quarters,
    report_2020_tips_per_quarter, cybertipline_reports, n_read_by_rules, n_coded_by_hand
  FROM asked WHERE is_asked
)
SELECT
  platform_id,
  year,
  part,
  enacted,
  tips,
  platform_tips,
  ncmec_tips,
  round(100.0 * tips / nullif(n_cases, 0), 1) AS tips_percent,
  n_cases,
  n_not_coded,
  round(100.0 * n_stated / nullif(n_cases, 0), 1) AS stated_percent,
  round(1.0 * tips / nullif(n_quarters, 0), 2) AS tips_per_quarter,
  n_quarters,
  report_2020_tips_per_quarter,
  cybertipline_reports,
  n_read_by_rules,
  n_coded_by_hand
FROM lines
ORDER BY year <> 'sum', year, part = 'undated', part = 'after';
