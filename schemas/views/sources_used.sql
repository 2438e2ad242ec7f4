-- title: Which sources does the dataset rest on most?
-- question: For each host that a source address names: how many published figures, milestones, platforms and releases rest on it, and how many of the figures and milestones are confirmed by more than one reading.
-- caveat: A host is where the address points; an archive or a mirror stands for what it holds. Many rows from one host are no sign of quality. A second source of a milestone is not counted.
-- coverage: n_rows is how many rows name the host, of n_rows_with_source in all; n_rows_without_source name none, such as releases whose address is withheld.
-- asks: Contributors and users of the data
-- covered by: n_rows, n_rows_with_source, n_rows_without_source
WITH named AS (
  SELECT 'figures' AS kind, source_url AS url, verified FROM figures
  UNION ALL SELECT 'milestones', source_url, verified FROM milestones
  UNION ALL SELECT 'platforms', source_url, NULL FROM platforms
  UNION ALL SELECT 'releases', CASE WHEN url IS NOT NULL THEN '//' || source_host || '/' END, NULL FROM releases
),
hosts AS (
  SELECT
    kind, verified,
    CASE WHEN instr(rest, '/') > 0 THEN substr(rest, 1, instr(rest, '/') - 1) ELSE rest END AS host
  FROM (SELECT kind, verified, lower(substr(url, instr(url, '//') + 2)) AS rest FROM named)
)
SELECT
  CASE WHEN host LIKE 'www.%' THEN substr(host, 5) ELSE host END AS host,
  count(*) AS n_rows,
  sum(kind = 'figures') AS n_figures,
  sum(kind = 'milestones') AS n_milestones,
  sum(kind = 'platforms') AS n_platforms,
  sum(kind = 'releases') AS n_releases,
  coalesce(sum(verified = 'both'), 0) AS n_confirmed_twice,
  coalesce(sum(verified = 'unverified'), 0) AS n_unconfirmed,
  (SELECT count(host) FROM hosts) AS n_rows_with_source,
  (SELECT count(*) - count(host) FROM hosts) AS n_rows_without_source
FROM hosts
WHERE host IS NOT NULL
GROUP BY 1
ORDER BY n_rows DESC, 1;
