-- title: How many cases begin in each quarter?
-- question: Cases on child exploitation by the calendar quarter of their first dated release, and by how they began.
-- caveat: Peaks and gaps show which years were searched, not how many cases there were. The 2020 report found at most 10 cases naming Facebook in a quarter of 2013 and at most 23 in one of 2019.
-- coverage: dated_percent is the share of our cases on child exploitation that have any dated release; the others stand in no quarter.
SELECT
  quarter,
  count(*) AS cases,
  sum(origin IN ('platform_report', 'ncmec_report')) AS started_by_platform_or_ncmec,
  sum(origin = 'undercover') AS started_undercover,
  sum(origin = 'not_stated') AS start_not_stated,
  (SELECT round(100.0 * count(quarter) / count(*), 1) FROM cases WHERE is_child_exploitation) AS dated_percent
FROM cases
WHERE is_child_exploitation AND quarter IS NOT NULL
GROUP BY quarter
ORDER BY quarter;
