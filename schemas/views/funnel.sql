-- title: From releases to cases to uses: the 2020 report beside this dataset
-- question: How many releases name a platform, how many cases that makes, in how many a suspect used it, and how many uses for child exploitation follow: for each platform, for facebook_family (Facebook and Messenger, the 2020 report's Facebook) and for any (everything in scope), in each year and in any; beside it the steps of the 2020 report.
-- caveat: The units differ: a release is a document, a case a prosecution, a use one suspect using one platform for one kind of conduct; charged is not convicted, and a mention is not a use. A release's year is that of publication, a case's and its uses' that of the case's first dated release; never add any to the years, nor platforms to each other. The report's lists were not published, so the overlap is not known. Uses are listed only where the coding leaves no doubt, and only for child exploitation, so the step of uses for any crime stays empty here.
-- coverage: n_undated is how many have no date, in_report_period how many are dated in the report's years: percent_of_report_least counts those, percent_of_report_most the undated as well. n_only_reporting is how many more cases the platform made a report in without a coded use, since reporting outranks use. n_read_by_rules and n_coded_by_hand are all releases read in the year; empty is not known.
-- asks: Researchers
-- covered by: n_undated, n_read_by_rules, n_coded_by_hand
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
steps(step, unit, counts, counts_for_any, measure_id) AS (
  VALUES
    (1, 'releases', 'naming it', 'in scope', 'ttp_press_releases'),
    (2, 'cases', 'naming it', 'in scope', 'ttp_cases_facebook'),
    (3, 'cases', 'in which a suspect used it', 'in which a suspect used a platform', 'ttp_cases_suspects'),
    (4, 'uses', 'for any crime', 'for any crime', 'ttp_examples'),
    (5, 'cases', 'on child exploitation in which a suspect used it',
      'on child exploitation in which a suspect used a platform', 'ttp_cases_exploitation'),
    (6, 'uses', 'for child exploitation', 'for child exploitation', 'ttp_examples_exploitation')
),
naming AS (
  SELECT DISTINCT release_id, published_date, platform_id FROM releases JOIN release_platforms USING (release_id)
  WHERE in_scope
),
involved AS MATERIALIZED (
  SELECT platform_id, first_release_date, is_used, is_reporter AND NOT is_used AS is_only_reporter, is_child_exploitation
  FROM case_platforms
),
found(step, platform_id, day, n, n_only_reporting) AS (
  SELECT 1, platform_id, published_date, 1, NULL FROM naming
  UNION ALL
  SELECT 1, 'facebook_family', published_date, 1, NULL FROM (
    SELECT DISTINCT release_id, published_date FROM naming WHERE platform_id IN ('facebook', 'facebook_messenger')
  )
  UNION ALL
  SELECT 1, 'any', published_date, 1, NULL FROM releases WHERE in_scope
  UNION ALL
  SELECT 2, platform_id, first_release_date, 1, NULL FROM involved
  UNION ALL
  SELECT 3, platform_id, first_release_date, is_used, is_only_reporter FROM involved
  UNION ALL
  SELECT 5, platform_id, first_release_date, is_used, is_only_reporter FROM involved
  WHERE is_child_exploitation
  UNION ALL
  SELECT 6, platform_id, first_release_date, 1, NULL FROM uses JOIN cases USING (case_id) WHERE is_child_exploitation
  UNION ALL
  SELECT 6, 'any', first_release_date, 1, NULL FROM uses JOIN cases USING (case_id) WHERE is_child_exploitation
  UNION ALL
  SELECT 6, 'facebook_family', first_release_date, 1, NULL FROM (
    SELECT DISTINCT case_id, suspect_no, conduct FROM uses WHERE platform_id IN ('facebook', 'facebook_messenger')
  ) JOIN cases USING (case_id) WHERE is_child_exploitation
),
counted AS (
  SELECT
    step, platform_id, coalesce(substr(day, 1, 4), 'undated') AS year, sum(n) AS n, sum(n_only_reporting) AS n_only_reporting,
    sum(n) FILTER (WHERE day BETWEEN period_start AND period_end) AS n_in_period
  FROM found JOIN figures ON measure_id = 'ttp_press_releases'
  GROUP BY 1, 2, 3
)
SELECT
  platform_list.platform_id,
  periods.year,
  steps.step,
  unit,
  CASE platform_list.platform_id WHEN 'any' THEN counts_for_any ELSE counts END AS counted,
  CAST(figures.value AS INTEGER) AS report_2020,
  CASE WHEN steps.step <> 4 THEN coalesce(sum(n), 0) END AS this_dataset,
  CASE WHEN steps.step <> 4 THEN coalesce(sum(n) FILTER (WHERE counted.year = 'undated'), 0) END AS n_undated,
  CASE WHEN steps.step <> 4 THEN coalesce(sum(n_in_period), 0) END AS in_report_period,
  CASE WHEN steps.step <> 4 THEN round(100.0 * coalesce(sum(n_in_period), 0) / figures.value, 1) END
    AS percent_of_report_least,
  CASE WHEN steps.step <> 4 THEN
    round(100.0 * coalesce(sum(n) FILTER (WHERE n_in_period OR counted.year = 'undated'), 0) / figures.value, 1)
  END AS percent_of_report_most,
  CASE WHEN steps.step IN (3, 5) THEN coalesce(sum(n_only_reporting), 0) END AS n_only_reporting,
  n_read_by_rules,
  n_coded_by_hand,
  figures.figure_id,
  figures.source_url
FROM platform_list
CROSS JOIN periods
CROSS JOIN steps
LEFT JOIN counted
  ON counted.platform_id = platform_list.platform_id AND counted.step = steps.step AND periods.year IN ('any', counted.year)
LEFT JOIN figures
  ON figures.measure_id = steps.measure_id AND platform_list.platform_id = 'facebook_family' AND periods.year = 'any'
GROUP BY platform_list.platform_id, periods.year, steps.step
ORDER BY platform_list.platform_id, periods.year, steps.step;

-- page: platform_id is a platform, facebook_family or any (empty: facebook_family). first_year and last_year bound the years, such as 2013 and 2019; leave both empty for all, dated or not, or write undated in both. The report's columns stand for its own years, whatever is asked.
WITH asked AS (
  SELECT *, year BETWEEN coalesce(nullif(:first_year, ''), CASE :last_year WHEN '' THEN 'any' ELSE '0' END)
      AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'any' ELSE '9999' END) AS is_asked
  FROM funnel
  WHERE platform_id = coalesce(nullif(:platform_id, ''), 'facebook_family')
)
SELECT
  platform_id,
  min(year) FILTER (WHERE is_asked) AS first_year,
  max(year) FILTER (WHERE is_asked) AS last_year,
  step,
  unit,
  counted,
  sum(this_dataset) FILTER (WHERE is_asked) AS this_dataset,
  max(n_undated) FILTER (WHERE year = 'any') AS n_undated,
  max(report_2020) AS report_2020,
  max(in_report_period) FILTER (WHERE year = 'any') AS in_report_period,
  max(percent_of_report_least) AS percent_of_report_least,
  max(percent_of_report_most) AS percent_of_report_most,
  sum(n_only_reporting) FILTER (WHERE is_asked) AS n_only_reporting,
  sum(n_read_by_rules) FILTER (WHERE is_asked) AS n_read_by_rules,
  sum(n_coded_by_hand) FILTER (WHERE is_asked) AS n_coded_by_hand,
  max(figure_id) AS figure_id,
  max(source_url) AS source_url
FROM asked
GROUP BY step
ORDER BY step;
