-- title: What fell due this year?
-- question: Every duty by the calendar year in which it fell or falls due, who owes it, and whether it was met by the day of the data.
-- caveat: Not met means that the date passed and no performance was found. Unknown means that nobody here looked or could tell. Duties without a due date, such as standing ones, fall due in no year.
-- coverage: n_due_in_year is how many due dates of the year are on record, n_without_verdict how many of them are pending or unknown; duties that nobody compiled are missing. data_as_of is the day of the data.
-- asks: Legislators and their staff
-- covered by: n_due_in_year, n_without_verdict, data_as_of
SELECT
  CAST(substr(date_due, 1, 4) AS INTEGER) AS year,
  date_due,
  obligations.name AS duty,
  obligations.responsible_body,
  status,
  date_occurred,
  CAST(julianday(date_occurred_latest) - julianday(date_due_earliest) AS INTEGER) AS days_late_most,
  milestones.summary,
  instruments.title AS instrument,
  verified,
  count(*) OVER this_year AS n_due_in_year,
  sum(status IN ('pending', 'unknown')) OVER this_year AS n_without_verdict,
  (SELECT max(as_of) FROM coverage) AS data_as_of,
  milestones.source_url,
  milestone_id
FROM milestones
JOIN obligations USING (obligation_id)
JOIN instruments ON instruments.instrument_id = milestones.instrument_id
WHERE date_due IS NOT NULL
WINDOW this_year AS (PARTITION BY substr(date_due, 1, 4))
ORDER BY date_due, milestone_id;

-- page: year is a calendar year such as 2009, or any (empty: the year of the data).
SELECT * FROM due_in_year
WHERE :year = 'any' OR year = coalesce(nullif(:year, ''), substr(data_as_of, 1, 4))
ORDER BY rowid;
