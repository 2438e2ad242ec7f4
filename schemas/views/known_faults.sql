-- title: What is known to be wrong, and what was corrected?
-- question: Every known issue and every correction by table and column, corrections before issues.
-- caveat: A known issue is a fault or a limit that is known and not yet mended, or that cannot be mended. A table without one is not proved right. Corrections made before the first release have no row.
-- coverage: n_issues_of_table and n_corrections_of_table are how many the table has in all, n_tables for how many tables anything is on record.
-- asks: Contributors and users of the data
-- covered by: n_issues_of_table, n_corrections_of_table, n_tables
-- index: table_name
WITH found AS (
  SELECT
    'known issue' AS what, table_name, column_name, issue AS description, issue_state AS state,
    since_version AS since, NULL AS row_key, issue_id AS id
  FROM known_issues
  UNION ALL
  SELECT 'correction', table_name, column_name, why, correction_state, corrected_date, row_key, correction_id
  FROM corrections
)
SELECT
  what,
  table_name,
  column_name,
  description,
  state,
  since,
  row_key,
  id,
  sum(what = 'known issue') OVER (PARTITION BY table_name) AS n_issues_of_table,
  sum(what = 'correction') OVER (PARTITION BY table_name) AS n_corrections_of_table,
  (SELECT count(DISTINCT table_name) FROM found) AS n_tables
FROM found
ORDER BY table_name, what = 'known issue', state, column_name, id;

-- page: table_name is a table (empty: all).
SELECT * FROM known_faults WHERE :table_name = '' OR table_name = :table_name ORDER BY rowid;
