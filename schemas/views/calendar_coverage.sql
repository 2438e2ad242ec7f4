-- title: How many releases were read in each quarter?
-- question: For each calendar quarter, and for releases without a day: how many releases the department lists, how many the coding rules and people have read, and how many of those held here are in scope.
-- caveat: A release may be read by the rules and by a person: never add the two. A quarter that is not listed has no release here and no reading on record.
-- coverage: n_listed is the department's own count, n_read_by_rules what the rules have read and read_percent the share; they are empty where nothing was counted or read, which is not zero. n_coded_by_hand are releases found by search.
-- asks: Contributors and users of the data
-- covered by: n_listed, n_read_by_rules, n_coded_by_hand
WITH parts AS (
  SELECT
    CASE month WHEN '0000-00' THEN 'undated' ELSE substr(month, 1, 4) || '-Q' || ((substr(month, 6, 2) + 2) / 3) END AS quarter,
    NULL AS n_listed, sum(n_read) AS n_read, sum(n_set_aside) AS n_set_aside, 0 AS n_hand, 0 AS n_held, 0 AS n_in_scope
  FROM readings GROUP BY 1
  UNION ALL
  SELECT substr(date, 1, 4) || '-Q' || ((substr(date, 6, 2) + 2) / 3), sum(n_listed), NULL, NULL, 0, 0, 0
  FROM coverage_days GROUP BY 1
  UNION ALL
  SELECT
    coalesce(substr(published_date, 1, 4) || '-Q' || ((substr(published_date, 6, 2) + 2) / 3), 'undated'),
    NULL, NULL, NULL, sum(coding_method = 'human'), count(*), sum(in_scope)
  FROM releases GROUP BY 1
)
SELECT
  quarter,
  CASE quarter WHEN 'undated' THEN quarter ELSE substr(quarter, 1, 4) END AS year,
  sum(n_listed) AS n_listed,
  sum(n_read) AS n_read_by_rules,
  round(100.0 * sum(n_read) / sum(n_listed), 1) AS read_percent,
  sum(n_set_aside) AS n_set_aside,
  sum(n_hand) AS n_coded_by_hand,
  sum(n_held) AS n_held_here,
  sum(n_in_scope) AS n_in_scope
FROM parts
GROUP BY quarter
ORDER BY quarter;
