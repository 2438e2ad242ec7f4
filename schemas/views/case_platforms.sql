-- title: Which platforms does each case involve, and in what role?
-- question: For each case in scope and each platform that its releases name: whether a suspect used it, whether it made a report, or whether it is only named. Two groups stand beside the platforms: facebook_family (Facebook and Messenger, which the 2020 report counted as one) and any (every case in scope, whether or not it names a platform).
-- caveat: A case stands in several rows: count distinct cases, within one platform_id. The coding gives a platform one role a release, and reporting outranks use, so a platform that made a report may have been used as well. A mention is neither. A case is a charge or a later stage; a charge is an allegation.
-- coverage: A case without a named platform stands under any only; year and quarter are those of its first dated release, and undated where none is dated.
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
  coalesce(substr(first_release_date, 1, 4), 'undated') AS year
FROM roles
JOIN cases USING (case_id)
ORDER BY platform_id, case_id;
