-- title: Which duties were met, late or missed, and by how many days?
-- question: Every duty that fell due, or has a verdict, with its outcome and the days between due date and performance.
-- caveat: Not met means that the date passed and no performance was found. Where a date is known only to the month or year, days late run from the least to the most possible. Fewer than zero days late is early. Days are empty for duties without a due date.
-- coverage: Duties that nobody compiled are missing, and nobody knows how many. The column verified says how well each row is sourced.
-- asks: Legislators and their staff
-- covered by: verified
SELECT
  obligations.name AS duty,
  obligations.responsible_body,
  date_due,
  date_occurred,
  status,
  CAST(julianday(date_occurred_earliest) - julianday(date_due_latest) AS INTEGER) AS days_late_least,
  CAST(julianday(date_occurred_latest) - julianday(date_due_earliest) AS INTEGER) AS days_late_most,
  milestones.summary,
  instruments.title AS instrument,
  milestones.provision,
  obligation_kind,
  verified,
  milestones.source_url,
  milestones.milestone_id
FROM milestones
JOIN obligations USING (obligation_id)
JOIN instruments ON instruments.instrument_id = milestones.instrument_id
WHERE milestone_kind = 'obligation'
ORDER BY coalesce(date_due, date_occurred, '9999'), milestones.milestone_id;
