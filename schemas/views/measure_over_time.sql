-- title: How did a published number develop?
-- question: Every published figure of a measure in order of its period, for each body and area, with the change from the period before where both are exact or nearly so and equally long.
-- caveat: Figures that a later publication replaced are left out. Where several stand for one period, the exact and newest is shown, and n_figures says so. A change of definition or of counting looks like a change in the world: read the notes of the figures.
-- coverage: n_figures is how many standing figures the dataset has for the same measure, body, area and period, n_periods for how many periods any was found. Periods without a row were not found.
-- asks: Reporters
-- covered by: n_figures, n_periods
-- index: measure_id
WITH standing AS (
  SELECT
    figures.*,
    count(*) OVER same AS n_figures,
    row_number() OVER (same ORDER BY qualifier <> 'exact', published DESC, figure_id) AS choice
  FROM figures
  WHERE period_start IS NOT NULL AND figure_id NOT IN (SELECT supersedes FROM figures WHERE supersedes IS NOT NULL)
  WINDOW same AS (PARTITION BY measure_id, entity, geography, period_start, period_end)
),
shown AS (
  SELECT *, date(period_end, '+1 day') AS next_start, julianday(period_end) - julianday(period_start) AS days
  FROM standing WHERE choice = 1
)
SELECT
  shown.measure_id,
  name AS measure,
  shown.entity,
  shown.geography,
  shown.period_start,
  shown.period_end,
  shown.qualifier,
  shown.value,
  unit,
  round(100.0 * (shown.value - earlier.value) / nullif(earlier.value, 0), 1) AS change_percent,
  shown.n_figures,
  count(*) OVER (PARTITION BY shown.measure_id, shown.entity, shown.geography) AS n_periods,
  shown.source_title,
  shown.source_url,
  shown.figure_id
FROM shown
JOIN measures USING (measure_id)
LEFT JOIN shown AS earlier
  ON earlier.measure_id = shown.measure_id AND earlier.entity = shown.entity AND earlier.geography = shown.geography
  AND earlier.next_start = shown.period_start AND abs(earlier.days - shown.days) <= 3
  AND earlier.qualifier IN ('exact', 'approximately') AND shown.qualifier IN ('exact', 'approximately')
ORDER BY shown.measure_id, shown.entity, shown.geography, shown.period_start, shown.period_end;

-- page: measure_id is a measure (empty: CyberTipline reports received); provider is the company or body that figures are about (empty: all); first_year and last_year bound the years in which periods begin, such as 2013 and 2019 (empty: all).
SELECT * FROM measure_over_time
WHERE measure_id = coalesce(nullif(:measure_id, ''), 'cybertipline_reports')
  AND (:provider = '' OR entity = :provider)
  AND substr(period_start, 1, 4) BETWEEN :first_year AND coalesce(nullif(:last_year, ''), '9999')
ORDER BY rowid;
