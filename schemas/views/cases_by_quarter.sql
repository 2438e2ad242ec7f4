-- title: How many cases begin in each quarter?
-- question: Cases on child exploitation by the calendar quarter of their first dated release and by how they began, for each platform, for facebook_family (Facebook and Messenger, the 2020 report's Facebook) and for any (every case, whether or not it names a platform).
-- caveat: The quarter is that of the first release, not of the crime. A platform's cases are those in which it was used or made the report; a mention does not count. Never add platforms: a case may involve several. With few releases read, peaks and gaps show where the search went. report_2020_maximum is the most that the report found in any quarter of that year.
-- coverage: dated_percent is the share of the platform's cases with a dated release; the others stand in the row undated. n_read_by_rules and n_coded_by_hand are the releases read in the quarter, on any subject; empty is not known. A quarter without a row has no release here.
-- asks: Researchers
-- covered by: dated_percent, n_read_by_rules, n_coded_by_hand
-- index: platform_id
WITH platform_list AS (
  SELECT platform_id FROM platforms UNION ALL VALUES ('facebook_family'), ('any')
),
counted AS (
  SELECT
    platform_id, quarter, count(*) AS cases,
    sum(origin IN ('platform_report', 'ncmec_report')) AS tips,
    sum(origin = 'undercover') AS undercover,
    sum(origin = 'not_stated') AS not_stated,
    sum(origin IS NULL) AS not_coded
  FROM case_platforms WHERE is_child_exploitation AND is_involved GROUP BY platform_id, quarter
),
totals AS (
  SELECT platform_id, round(100.0 * sum(cases) FILTER (WHERE quarter <> 'undated') / sum(cases), 1) AS dated_percent
  FROM counted GROUP BY platform_id
)
SELECT
  platform_list.platform_id,
  calendar_coverage.quarter,
  calendar_coverage.year,
  coalesce(cases, 0) AS cases,
  coalesce(tips, 0) AS started_by_platform_or_ncmec,
  coalesce(undercover, 0) AS started_undercover,
  coalesce(not_stated, 0) AS start_not_stated,
  coalesce(not_coded, 0) AS start_not_coded,
  CASE WHEN platform_list.platform_id = 'facebook_family' THEN (
    SELECT CAST(value AS INTEGER) FROM figures
    WHERE measure_id = 'ttp_cases_per_quarter_maximum' AND substr(period_start, 1, 4) = calendar_coverage.year
  ) END AS report_2020_maximum,
  dated_percent,
  n_read_by_rules,
  n_coded_by_hand
FROM platform_list
CROSS JOIN calendar_coverage
LEFT JOIN totals ON totals.platform_id = platform_list.platform_id
LEFT JOIN counted ON counted.platform_id = platform_list.platform_id AND counted.quarter = calendar_coverage.quarter
ORDER BY platform_list.platform_id, calendar_coverage.quarter;

-- page: platform_id is a platform, facebook_family or any (empty: any). first_year and last_year bound the quarters, such as 2013 and 2019; leave both empty for all, with undated cases last.
SELECT * FROM cases_by_quarter
WHERE platform_id = coalesce(nullif(:platform_id, ''), 'any')
  AND year BETWEEN :first_year AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'undated' ELSE '9999' END)
ORDER BY quarter;
