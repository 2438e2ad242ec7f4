-- title: How many of each duty's due dates were met?
-- question: For each duty with a verdict or due date: how often it fell due, and how often it was met on time, late, or not.
-- caveat: Due dates after 21 November 2026 are pending or unknown, not missed. Not met means that no performance was found.
-- coverage: Duties that nobody compiled are missing. n_unconfirmed counts the rows that rest on general knowledge or a weak copy.
-- asks: Legislators and their staff
-- covered by: n_due_dates, n_unconfirmed
SELECT
  obligations.name AS duty,
  obligations.responsible_body,
  count(date_due) AS n_due_dates,
  sum(status = 'met_on_time') AS n_met_on_time,
  sum(status = 'met_late') AS n_met_late,
  sum(status = 'not_met') AS n_not_met,
  sum(status = 'pending') AS n_pending,
  sum(status = 'unknown') AS n_unknown,
  min(date_due) AS first_due,
  max(date_due) AS last_due,
  sum(verified = 'unverified') AS n_unconfirmed,
  obligation_id
FROM milestones
JOIN obligations USING (obligation_id)
WHERE milestone_kind = 'obligation'
GROUP BY obligation_id
ORDER BY n_not_met DESC, n_met_late DESC, obligation_id;
