-- title: Which platforms does each case involve, and in what role?
-- question: For each case in scope and each platform that its releases name: whether a suspect used it, whether it made a report, or whether it is only named. Two groups stand beside the platforms: facebook_family (Facebook and Messenger, which the 2020 report counted as one) and any (every case in scope, whether or not it names a platform).
-- caveat: A case stands in several rows: count distinct cases, within one platform_id. The coding gives a platform one role a release, and reporting outranks use, so a platform that made a report may have been used as well. A mention is neither. A case is a charge or a later stage; a charge is an allegation.
-- coverage: n_cases is how many cases stand under the row's platform, of the n_cases_in_scope that were found and read; a case without a named platform stands under any only; year and quarter are those of its first dated release, and undated where none is dated.
-- asks: Trust and safety teams
-- covered by: n_cases, n_cases_in_scope
-- index: platform_id, case_id
WITH named AS (
  SELECT case_id, platform_id, role FROM releases JOIN release_platforms USING (release_id)
  WHERE in_scope AND case_id IS NOT NULL
),
roles AS (
  SELECT platform_id, case_id, max(role = 'used') AS is_used, max(role = 'reported_by') AS is_reporter, 1 AS is_named
  FROM named GROUP BY platform_id, case_id
  UNION ALL
  SELECT 'facebook_family', case_id, max(role = 'used'), max(role = 'reported_by'), 1
  FROM named WHERE platform_id IN ('facebook', 'facebook_messenger') GROUP BY case_id
  UNION ALL
  SELECT 'any', case_id, coalesce(max(role = 'used'), 0), coalesce(max(role = 'reported_by'), 0), count(role) > 0
  FROM releases LEFT JOIN release_platforms USING (release_id)
  WHERE in_scope AND case_id IS NOT NULL GROUP BY case_id
)
SELECT
  platform_id,
  case_id,
  is_named,
  is_used,
  is_reporter,
  is_used OR is_reporter OR platform_id = 'any' AS is_involved,
  is_child_exploitation,
  latest_kind,
  origin,
  first_release_date,
  coalesce(quarter, 'undated') AS quarter,
  coalesce(substr(first_release_date, 1, 4), 'undated') AS year,
  count(*) OVER (PARTITION BY platform_id) AS n_cases,
  (SELECT count(DISTINCT case_id) FROM releases WHERE in_scope) AS n_cases_in_scope
FROM roles
JOIN cases USING (case_id)
ORDER BY platform_id, case_id;

-- page: platform_id is a platform, facebook_family or any (empty: every platform, without these two groups). first_year and last_year bound the years of the first dated release, such as 2013 and 2019; leave both empty for all cases, dated or not.
SELECT * FROM case_platforms
WHERE :platform_id = '' AND platform_id NOT IN ('any', 'facebook_family') AND year BETWEEN :first_year
  AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'undated' ELSE '9999' END)
UNION ALL
SELECT * FROM case_platforms
WHERE platform_id = :platform_id AND year BETWEEN :first_year
  AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'undated' ELSE '9999' END)
ORDER BY platform_id, case_id;
