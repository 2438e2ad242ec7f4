-- title: Which platforms do the cases name most, and in what role?
-- question: For each platform and year of the first dated release: in how many cases on child exploitation a suspect used it, it made a report, or it is only mentioned. The platform any stands for all of them, a case once.
-- caveat: A platform is named when a release names it; many releases speak of a messaging application without its name. Rank follows what was found and read, and the size of a platform, not how safe it is. A platform that reported stands here because it reported.
-- coverage: n_cases is how many cases on child exploitation of the year were found and read, n_naming_any how many of them name any platform; named_percent rests on n_naming_any.
-- asks: Reporters
-- covered by: n_cases, n_naming_any
WITH wholes AS (
  SELECT year, count(*) AS n_cases, sum(is_named) AS n_naming_any FROM case_platforms
  WHERE platform_id = 'any' AND is_child_exploitation GROUP BY year
),
counted AS (
  SELECT
    platform_id, year, sum(is_named) AS cases_naming_it, sum(is_used) AS cases_using_it,
    sum(is_reporter) AS cases_it_reported_in,
    sum(is_named AND NOT is_used AND NOT is_reporter) AS cases_only_mentioning_it
  FROM case_platforms
  WHERE platform_id <> 'facebook_family' AND is_child_exploitation GROUP BY platform_id, year
)
SELECT
  platform_id,
  coalesce(name, 'Any platform') AS platform,
  owner,
  platform_kind,
  year,
  cases_naming_it,
  cases_using_it,
  cases_it_reported_in,
  cases_only_mentioning_it,
  round(100.0 * cases_naming_it / n_naming_any, 1) AS named_percent,
  n_cases,
  n_naming_any
FROM counted
LEFT JOIN platforms USING (platform_id)
JOIN wholes USING (year)
ORDER BY year, platform_id = 'any' DESC, cases_naming_it DESC, platform_id;

-- page: first_year and last_year bound the years of the first dated release, such as 2013 and 2019; leave both empty for all cases, dated or not.
WITH asked AS (
  SELECT * FROM platforms_ranked
  WHERE year BETWEEN :first_year
    AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'undated' ELSE '9999' END)
),
whole AS (
  SELECT sum(n_cases) AS n_cases, sum(n_naming_any) AS n_naming_any
  FROM asked WHERE platform_id = 'any'
)
SELECT
  platform_id,
  platform,
  owner,
  platform_kind,
  sum(cases_naming_it) AS cases_naming_it,
  sum(cases_using_it) AS cases_using_it,
  sum(cases_it_reported_in) AS cases_it_reported_in,
  sum(cases_only_mentioning_it) AS cases_only_mentioning_it,
  round(100.0 * sum(cases_naming_it) / whole.n_naming_any, 1) AS named_percent,
  whole.n_cases,
  whole.n_naming_any
FROM asked CROSS JOIN whole
WHERE platform_id <> 'any'
GROUP BY platform_id
ORDER BY cases_naming_it DESC, cases_using_it DESC, platform_id;
