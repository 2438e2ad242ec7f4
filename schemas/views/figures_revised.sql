-- title: Which published figures were changed by a later publication?
-- question: Every figure that replaces an earlier one for the same thing and period: both values, by how much they differ, and when each was published.
-- caveat: A publisher may restate a number because it found an error, counts otherwise or has newer data; the notes say what is known. Both values stay in the table.
-- coverage: n_revised_of_measure is how many of the n_figures_of_measure figures a later one replaced. Revisions that nobody noticed are missing.
-- asks: Contributors and users of the data
-- covered by: n_revised_of_measure, n_figures_of_measure
WITH wholes AS (
  SELECT measure_id, count(*) AS n_figures_of_measure, count(supersedes) AS n_revised_of_measure
  FROM figures GROUP BY measure_id
)
SELECT
  measures.name AS measure,
  later.entity,
  later.period_start,
  later.period_end,
  earlier.value AS value_before,
  later.value AS value_after,
  unit,
  round(100.0 * (later.value - earlier.value) / nullif(earlier.value, 0), 1) AS change_percent,
  earlier.published AS published_before,
  later.published AS published_after,
  later.note,
  n_revised_of_measure,
  n_figures_of_measure,
  earlier.figure_id AS figure_before,
  later.figure_id AS figure_after,
  later.source_url
FROM figures AS later
JOIN figures AS earlier ON earlier.figure_id = later.supersedes
JOIN measures ON measures.measure_id = later.measure_id
JOIN wholes ON wholes.measure_id = later.measure_id
ORDER BY measure, later.entity, later.period_start, published_before, figure_before;
