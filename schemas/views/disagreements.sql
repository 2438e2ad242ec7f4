-- title: Where do published figures disagree?
-- question: Measures for which two exact figures for the same thing and period have different values, and neither replaces the other.
-- caveat: Both values are kept, since nobody here can say which is right. Read the notes: some differences are of definition.
-- coverage: n_figures is how many figures of any kind the dataset has for the same measure, entity, area and period.
-- asks: Researchers
-- covered by: n_figures
WITH standing AS (
  SELECT *, count(*) OVER (PARTITION BY measure_id, entity, geography, period_start, period_end) AS n_figures
  FROM figures
  WHERE period_start IS NOT NULL
    AND figure_id NOT IN (SELECT supersedes FROM figures WHERE supersedes IS NOT NULL)
)
SELECT
  measures.name AS measure,
  a.entity,
  a.period_start,
  a.period_end,
  measures.unit,
  a.value AS value_a,
  b.value AS value_b,
  round(100.0 * (b.value - a.value) / nullif(a.value, 0), 1) AS difference_percent,
  a.n_figures,
  a.figure_id AS figure_a,
  b.figure_id AS figure_b,
  a.source_title AS source_a,
  b.source_title AS source_b
FROM standing AS a
JOIN standing AS b USING (measure_id, entity, geography, period_start, period_end)
JOIN measures USING (measure_id)
WHERE a.figure_id < b.figure_id AND a.value <> b.value AND a.qualifier = 'exact' AND b.qualifier = 'exact'
ORDER BY measure, a.entity, a.period_start;
