-- title: Who tipped off the investigators?
-- question: Cases on child exploitation by who set the investigation off (a platform, NCMEC, a member of the public, another agency, officers under cover) and by the platform that a release names as having made a report: for each platform involved, for facebook_family and for any, in each year.
-- caveat: Most texts do not say how a case began. NCMEC passes on what platforms report, so its tips are often a platform's; the platform is shown where a release names it, and a case with several stands in several rows. Undercover work and tips may both have happened: the coding keeps what the text gives as the start.
-- coverage: n_stated is how many of the n_cases with a coded origin state one, and stated_percent their share; percent_of_stated rests on n_stated. Cases without a coded origin are left out.
-- asks: Reporters
-- covered by: n_cases, n_stated, stated_percent
-- index: platform_id, year
WITH reporters AS (
  SELECT case_id, platform_id AS reporter FROM case_platforms
  WHERE is_reporter AND platform_id NOT IN ('any', 'facebook_family')
),
counted AS (
  SELECT
    involved.platform_id, involved.year, origin,
    CASE WHEN origin IN ('platform_report', 'ncmec_report') THEN coalesce(reporter, '') ELSE '' END AS reporter,
    count(DISTINCT involved.case_id) AS cases
  FROM case_platforms AS involved
  LEFT JOIN reporters ON reporters.case_id = involved.case_id AND origin IN ('platform_report', 'ncmec_report')
  WHERE is_child_exploitation AND is_involved AND origin IS NOT NULL
  GROUP BY 1, 2, 3, 4
),
wholes AS (
  SELECT platform_id, year, count(*) AS n_cases, sum(origin <> 'not_stated') AS n_stated FROM case_platforms
  WHERE is_child_exploitation AND is_involved AND origin IS NOT NULL GROUP BY platform_id, year
)
SELECT
  counted.platform_id,
  counted.year,
  origin,
  label AS who,
  coalesce(platforms.name, CASE WHEN origin IN ('platform_report', 'ncmec_report') THEN 'not named' ELSE '' END)
    AS platform_that_reported,
  cases,
  CASE WHEN origin <> 'not_stated' THEN round(100.0 * cases / nullif(n_stated, 0), 1) END AS percent_of_stated,
  n_cases,
  n_stated,
  round(100.0 * n_stated / n_cases, 1) AS stated_percent
FROM counted
JOIN wholes ON wholes.platform_id = counted.platform_id AND wholes.year = counted.year
JOIN codes ON codes.list = 'origin' AND codes.code = origin
LEFT JOIN platforms ON platforms.platform_id = reporter
ORDER BY counted.platform_id, counted.year, cases DESC, origin, platform_that_reported;

-- page: platform_id is a platform that was used or made a report, facebook_family or any (empty: any). first_year and last_year bound the years of the first dated release, such as 2013 and 2019; leave both empty for all cases, dated or not.
WITH asked AS (
  SELECT * FROM who_tipped_off
  WHERE platform_id = coalesce(nullif(:platform_id, ''), 'any') AND year BETWEEN :first_year
    AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'undated' ELSE '9999' END)
),
whole AS (
  SELECT sum(n_cases) AS n_cases, sum(n_stated) AS n_stated FROM (SELECT DISTINCT year, n_cases, n_stated FROM asked)
)
SELECT
  platform_id,
  who,
  platform_that_reported,
  sum(cases) AS cases,
  CASE WHEN origin <> 'not_stated' THEN round(100.0 * sum(cases) / nullif(whole.n_stated, 0), 1) END
    AS percent_of_stated,
  whole.n_cases,
  whole.n_stated,
  round(100.0 * whole.n_stated / whole.n_cases, 1) AS stated_percent
FROM asked CROSS JOIN whole
GROUP BY origin, platform_that_reported
ORDER BY origin = 'not_stated', cases DESC, who, platform_that_reported;
