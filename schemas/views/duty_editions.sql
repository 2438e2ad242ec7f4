-- title: When was each strategy or report due, and when did it appear?
-- question: Every duty that fell due at least once, edition by edition: the due date, when it appeared, and how many days had passed since the edition before appeared.
-- caveat: An edition counts for the latest due date before it, so one report can answer only one due date. Not met means that no edition was found for the date. Where a date is known only to the month or year, days run from its earliest day.
-- coverage: n_editions_due is how many due dates of the duty are on record, n_appeared for how many an edition was found, n_without_verdict how many are pending or unknown.
-- asks: Legislators and their staff
-- covered by: n_editions_due, n_appeared, n_without_verdict
-- index: obligation_id
SELECT
  obligations.name AS duty,
  obligations.responsible_body,
  recurrence,
  row_number() OVER (PARTITION BY obligation_id ORDER BY date_due, milestone_id) AS edition,
  date_due,
  date_occurred AS date_appeared,
  status,
  CAST(julianday(date_occurred_earliest) - julianday(max(date_occurred_earliest) OVER earlier) AS INTEGER)
    AS days_since_edition_before,
  count(*) OVER duty AS n_editions_due,
  count(date_occurred) OVER duty AS n_appeared,
  sum(status IN ('pending', 'unknown')) OVER duty AS n_without_verdict,
  milestones.source_url,
  milestone_id,
  obligation_id
FROM milestones JOIN obligations USING (obligation_id)
WHERE milestone_kind = 'obligation' AND date_due IS NOT NULL
WINDOW
  duty AS (PARTITION BY obligation_id),
  earlier AS (
    PARTITION BY obligation_id ORDER BY date_due, milestone_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
ORDER BY n_editions_due DESC, obligation_id, date_due, milestone_id;

-- page: obligation_id is a duty, such as national-strategy (empty: all).
SELECT * FROM duty_editions WHERE :obligation_id = '' OR obligation_id = :obligation_id ORDER BY rowid;
