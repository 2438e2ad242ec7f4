-- title: From releases to cases to uses: the 2020 report beside this dataset
-- question: How many releases, cases and uses the 2020 report counted for Facebook from 2013 to 2019, and how many this dataset holds for Facebook and Messenger, of any year.
-- caveat: The units differ: a release is a document, a case a prosecution, a use one suspect using one platform for one kind of conduct. The report's lists were not published, so the overlap is not known. Uses are listed here only where the coding leaves no doubt.
-- coverage: coverage_percent is this dataset's count as a share of the report's. Releases were found by search, not sampled; six were coded from the report itself.
WITH facebook AS (
  SELECT DISTINCT release_id, case_id, is_child_exploitation FROM releases
  JOIN release_platforms USING (release_id)
  WHERE platform_id IN ('facebook', 'facebook_messenger')
),
used AS (
  SELECT DISTINCT case_id FROM releases JOIN release_platforms USING (release_id)
  WHERE platform_id IN ('facebook', 'facebook_messenger') AND role = 'used'
),
steps(step, unit, measure_id, here) AS (
  SELECT 1, 'releases naming Facebook', 'ttp_press_releases', (SELECT count(*) FROM facebook)
  UNION ALL SELECT 2, 'cases involving Facebook', 'ttp_cases_facebook', (SELECT count(DISTINCT case_id) FROM facebook)
  UNION ALL SELECT 3, 'cases with suspects using Facebook', 'ttp_cases_suspects', (SELECT count(*) FROM used WHERE case_id IS NOT NULL)
  UNION ALL SELECT 4, 'cases on child exploitation', 'ttp_cases_exploitation', (SELECT count(DISTINCT case_id) FROM facebook WHERE is_child_exploitation)
  UNION ALL SELECT 5, 'uses of Facebook for child exploitation', 'ttp_examples_exploitation',
    (SELECT count(*) FROM uses WHERE platform_id IN ('facebook', 'facebook_messenger'))
)
SELECT
  step,
  unit,
  CAST(figures.value AS INTEGER) AS report_2020,
  here AS this_dataset,
  round(100.0 * here / figures.value, 1) AS coverage_percent,
  figures.figure_id,
  figures.source_url
FROM steps
JOIN figures USING (measure_id)
ORDER BY step;
