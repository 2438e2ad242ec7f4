-- title: What kind of conduct: the 2020 report's shares beside this dataset's
-- question: The share of uses by kind of conduct, for each platform, for facebook_family (Facebook and Messenger, the 2020 report's Facebook) and for any (all platforms), in each year and in any; beside it what the 2020 report published for Facebook.
-- caveat: A use is one suspect using one platform for one kind of conduct, as charged, not as proved; in facebook_family one suspect on both services counts once. Uses with several kinds of conduct in one release are left out, since the coding does not say which went with which platform, so conduct that seldom comes alone is too low. The year is that of the case's first dated release; never add any to the years, nor platforms to each other. Small numbers: do not read our shares as shares of all cases.
-- coverage: n_uses is what each share rests on; cases_covered_percent is the share of the n_cases_using (cases on child exploitation in which the platform was used) that yield a use. n_read_by_rules and n_coded_by_hand are all releases read in the year; empty is not known.
-- asks: Researchers
-- covered by: n_uses, cases_covered_percent, n_read_by_rules, n_coded_by_hand
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
grouped AS (
  SELECT platform_id, case_id, conduct FROM uses
  UNION ALL
  SELECT 'any', case_id, conduct FROM uses
  UNION ALL
  SELECT 'facebook_family', case_id, conduct FROM (
    SELECT DISTINCT case_id, suspect_no, conduct FROM uses WHERE platform_id IN ('facebook', 'facebook_messenger')
  )
),
counted AS (
  SELECT platform_id, coalesce(substr(first_release_date, 1, 4), 'undated') AS year, conduct, count(*) AS uses
  FROM grouped JOIN cases USING (case_id) WHERE is_child_exploitation GROUP BY 1, 2, 3
),
covering AS (
  SELECT platform_id, year, count(*) AS n_cases_using, count(with_use.case_id) AS n_cases_with_use
  FROM case_platforms LEFT JOIN (SELECT DISTINCT platform_id, case_id FROM grouped) AS with_use USING (platform_id, case_id)
  WHERE is_child_exploitation AND is_used GROUP BY platform_id, year
),
totals AS (
  SELECT
    platform_list.platform_id, periods.year, n_read_by_rules, n_coded_by_hand,
    coalesce(sum(n_cases_using), 0) AS n_cases_using, coalesce(sum(n_cases_with_use), 0) AS n_cases_with_use
  FROM platform_list
  CROSS JOIN periods
  LEFT JOIN covering ON covering.platform_id = platform_list.platform_id AND periods.year IN ('any', covering.year)
  GROUP BY platform_list.platform_id, periods.year
),
shown(conduct, measure_id) AS (
  VALUES ('csam', 'ttp_share_examples_csam'), ('grooming', 'ttp_share_examples_contact'),
         ('sex_trafficking', NULL), ('hands_on_abuse', NULL), ('other', NULL)
),
numbers AS (
  SELECT totals.*, shown.conduct, measure_id, coalesce(sum(uses), 0) AS uses
  FROM totals
  CROSS JOIN shown
  LEFT JOIN counted
    ON counted.platform_id = totals.platform_id AND counted.conduct = shown.conduct
    AND totals.year IN ('any', counted.year)
  GROUP BY totals.platform_id, totals.year, shown.conduct
)
SELECT
  platform_id,
  year,
  conduct,
  CASE WHEN platform_id = 'facebook_family' AND year = 'any' THEN (
    SELECT value FROM figures WHERE figures.measure_id = numbers.measure_id
  ) END AS report_2020_percent,
  round(100.0 * uses / nullif(sum(uses) OVER same, 0), 1) AS this_dataset_percent,
  uses AS n_this_conduct,
  sum(uses) OVER same AS n_uses,
  n_cases_using,
  n_cases_with_use,
  round(100.0 * n_cases_with_use / nullif(n_cases_using, 0), 1) AS cases_covered_percent,
  n_read_by_rules,
  n_coded_by_hand
FROM numbers
WINDOW same AS (PARTITION BY platform_id, year)
ORDER BY platform_id, year, n_this_conduct DESC, conduct;

-- page: platform_id is a platform, facebook_family or any (empty: facebook_family). first_year and last_year bound the years, such as 2013 and 2019; leave both empty for all cases, dated or not, or write undated in both. report_2020_percent stands for its own years, whatever is asked.
WITH asked AS (
  SELECT *, year BETWEEN coalesce(nullif(:first_year, ''), CASE :last_year WHEN '' THEN 'any' ELSE '0' END)
      AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'any' ELSE '9999' END) AS is_asked
  FROM conduct_shares
  WHERE platform_id = coalesce(nullif(:platform_id, ''), 'facebook_family')
),
sums AS (
  SELECT
    platform_id,
    min(year) FILTER (WHERE is_asked) AS first_year,
    max(year) FILTER (WHERE is_asked) AS last_year,
    conduct,
    max(report_2020_percent) AS report_2020_percent,
    sum(n_this_conduct) FILTER (WHERE is_asked) AS n_this_conduct,
    sum(n_uses) FILTER (WHERE is_asked) AS n_uses,
    sum(n_cases_using) FILTER (WHERE is_asked) AS n_cases_using,
    sum(n_cases_with_use) FILTER (WHERE is_asked) AS n_cases_with_use,
    sum(n_read_by_rules) FILTER (WHERE is_asked) AS n_read_by_rules,
    sum(n_coded_by_hand) FILTER (WHERE is_asked) AS n_coded_by_hand
  FROM asked GROUP BY conduct
)
SELECT
  platform_id,
  first_year,
  last_year,
  conduct,
  report_2020_percent,
  round(100.0 * n_this_conduct / nullif(n_uses, 0), 1) AS this_dataset_percent,
  n_this_conduct,
  n_uses,
  n_cases_using,
  n_cases_with_use,
  round(100.0 * n_cases_with_use / nullif(n_cases_using, 0), 1) AS cases_covered_percent,
  n_read_by_rules,
  n_coded_by_hand
FROM sums
ORDER BY n_this_conduct DESC, conduct;
