-- title: Which bodies owe the most duties, and did they perform?
-- question: For each body that a duty names: how many duties it owes, how often they fell due, and how often it performed on time, late or not.
-- caveat: A body owes a duty here when the law, the promise or the program names it. Not met means that the date passed and no performance was found. A duty that repeats has many due dates, so one duty can decide a body's row.
-- coverage: n_duties and n_due_dates are what was compiled, n_without_verdict the verdicts that are pending or unknown, n_unconfirmed the rows that rest on general knowledge or a weak copy; duties that nobody compiled are missing.
-- asks: Legislators and their staff
-- covered by: n_duties, n_due_dates, n_without_verdict, n_unconfirmed
SELECT
  obligations.responsible_body AS body,
  count(DISTINCT obligations.obligation_id) AS n_duties,
  count(date_due) AS n_due_dates,
  coalesce(sum(status = 'met_on_time'), 0) AS n_met_on_time,
  coalesce(sum(status = 'met_late'), 0) AS n_met_late,
  coalesce(sum(status = 'not_met'), 0) AS n_not_met,
  coalesce(sum(status IN ('pending', 'unknown')), 0) AS n_without_verdict,
  min(date_due) AS first_due,
  max(date_due) AS last_due,
  coalesce(sum(verified = 'unverified'), 0) AS n_unconfirmed
FROM obligations
LEFT JOIN milestones ON milestones.obligation_id = obligations.obligation_id AND milestone_kind = 'obligation'
WHERE obligation_kind <> 'funding_line'
GROUP BY obligations.responsible_body
ORDER BY n_due_dates DESC, n_duties DESC, body;
