-- title: What kind of conduct: the 2020 report's shares beside this dataset's
-- question: The share of uses by kind of conduct: as the 2020 report published it for Facebook, and here for Facebook and for all platforms together.
-- caveat: Small numbers: do not read our shares as shares of all cases. Uses with several kinds of conduct in one release are left out, since the coding does not say which went with which platform.
-- coverage: n_uses is what each share rests on; cases_covered_percent is the share of our cases naming a used platform that yield a use.
WITH ours AS (
  SELECT 'facebook' AS scope, * FROM uses WHERE platform_id IN ('facebook', 'facebook_messenger')
  UNION ALL
  SELECT 'all platforms', * FROM uses
),
naming AS (
  SELECT 'facebook' AS scope, case_id FROM releases JOIN release_platforms USING (release_id)
  WHERE role = 'used' AND is_child_exploitation AND platform_id IN ('facebook', 'facebook_messenger')
  UNION
  SELECT 'all platforms', case_id FROM releases JOIN release_platforms USING (release_id)
  WHERE role = 'used' AND is_child_exploitation
),
kinds(conduct, measure_id) AS (
  VALUES ('csam', 'ttp_share_examples_csam'), ('grooming', 'ttp_share_examples_contact'),
         ('sex_trafficking', NULL), ('hands_on_abuse', NULL), ('other', NULL)
)
SELECT
  totals.scope,
  kinds.conduct,
  CASE WHEN totals.scope = 'facebook' THEN (SELECT value FROM figures WHERE figures.measure_id = kinds.measure_id) END
    AS report_2020_percent,
  round(100.0 * count(ours.case_id) / n_uses, 1) AS this_dataset_percent,
  count(ours.case_id) AS n_this_conduct,
  n_uses,
  round(100.0 * n_cases_with_use / n_cases_naming, 1) AS cases_covered_percent
FROM kinds
CROSS JOIN (
  SELECT scope, count(*) AS n_uses, count(DISTINCT case_id) AS n_cases_with_use FROM ours GROUP BY scope
) AS totals
JOIN (SELECT scope, count(DISTINCT case_id) AS n_cases_naming FROM naming GROUP BY scope) AS counted USING (scope)
LEFT JOIN ours ON ours.scope = totals.scope AND ours.conduct = kinds.conduct
GROUP BY totals.scope, kinds.conduct
ORDER BY totals.scope DESC, this_dataset_percent DESC, kinds.conduct;
