-- title: How did the investigations begin?
-- question: Cases on child exploitation by how the investigation began, with the share that platforms and NCMEC started.
-- caveat: Most texts do not say how a case began, and many were read in part only; not stated is no finding. The 2020 report gave 9 percent for tips from Facebook or NCMEC, of 366 cases.
-- coverage: n_cases is the number of our cases with a coded origin, stated_percent the share of them that state one; percent_of_stated leaves out not stated.
WITH stated AS (
  SELECT count(*) AS n_cases, sum(origin <> 'not_stated') AS n_stated FROM cases
  WHERE is_child_exploitation AND origin IS NOT NULL
)
SELECT
  cases.origin,
  codes.label AS meaning,
  count(*) AS cases,
  round(100.0 * count(*) / n_cases, 1) AS percent_of_cases,
  CASE WHEN cases.origin <> 'not_stated' THEN round(100.0 * count(*) / n_stated, 1) END AS percent_of_stated,
  n_cases,
  round(100.0 * n_stated / n_cases, 1) AS stated_percent
FROM cases
JOIN codes ON codes.list = 'origin' AND codes.code = cases.origin
CROSS JOIN stated
WHERE is_child_exploitation
GROUP BY cases.origin
ORDER BY cases DESC, cases.origin;
