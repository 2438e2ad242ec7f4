-- title: How many CyberTipline reports were made each year?
-- question: Reports to NCMEC's CyberTipline by calendar year, as published.
-- caveat: Reports are not incidents, victims or crimes: one report may hold many files, and one incident many reports. From 2024 related reports are bundled into one, so the drop is partly a change of counting. Where sources disagree, lowest and highest show it.
-- coverage: Each year shows how many published figures it rests on; the figure chosen is NCMEC's own exact one where there is one.
-- asks: Reporters
-- covered by: n_figures
WITH ranked AS (
  SELECT
    substr(period_start, 1, 4) AS year, figures.*,
    row_number() OVER (
      PARTITION BY substr(period_start, 1, 4)
      ORDER BY qualifier <> 'exact', source_locator IS NOT 'Appendix A', published DESC, figure_id) AS choice
  FROM figures
  WHERE measure_id = 'cybertipline_reports' AND entity = 'NCMEC'
    AND period_start LIKE '%-01-01' AND period_end = substr(period_start, 1, 4) || '-12-31'
    AND figure_id NOT IN (SELECT supersedes FROM figures WHERE supersedes IS NOT NULL)
)
SELECT
  CAST(year AS INTEGER) AS year,
  CAST(max(value) FILTER (WHERE choice = 1) AS INTEGER) AS reports,
  max(qualifier) FILTER (WHERE choice = 1) AS qualifier,
  CAST(min(value) AS INTEGER) AS lowest_published,
  CAST(max(value) AS INTEGER) AS highest_published,
  count(*) AS n_figures,
  max(figure_id) FILTER (WHERE choice = 1) AS figure_id,
  max(source_url) FILTER (WHERE choice = 1) AS source_url
FROM ranked
GROUP BY year
ORDER BY year;
