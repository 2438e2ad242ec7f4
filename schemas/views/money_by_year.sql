-- title: How much federal money went to what, in each fiscal year?
-- question: Every published sum of federal money for this work by fiscal year and line: authorized, appropriated and awarded amounts, beside each other.
-- caveat: Lines overlap and must not be added up: an award may be part of an appropriation, and an authorization is a ceiling, not money. Amounts are not adjusted for prices. Two rows for one line and year are two sources or two bodies.
-- coverage: n_years_of_line is for how many fiscal years any sum of the line was found, n_figures_of_line how many sums; a year that is missing was not found, and was not zero.
-- asks: Legislators and their staff
-- covered by: n_years_of_line, n_figures_of_line
WITH sums AS (
  SELECT figures.*, name, definition, CAST(substr(period_end, 1, 4) AS INTEGER) AS fiscal_year
  FROM figures JOIN measures USING (measure_id)
  WHERE subject = 'federal_funding' AND unit = 'usd' AND period_end IS NOT NULL
    AND figure_id NOT IN (SELECT supersedes FROM figures WHERE supersedes IS NOT NULL)
),
lines AS (
  SELECT measure_id, count(DISTINCT fiscal_year) AS n_years_of_line, count(*) AS n_figures_of_line
  FROM sums GROUP BY measure_id
)
SELECT
  fiscal_year,
  name AS line,
  entity AS body,
  CAST(value AS INTEGER) AS amount_usd,
  qualifier,
  verified,
  n_years_of_line,
  n_figures_of_line,
  source_title,
  source_url,
  figure_id
FROM sums JOIN lines USING (measure_id)
ORDER BY fiscal_year DESC, line, amount_usd DESC, figure_id;

-- page: first_year and last_year bound the fiscal years, such as 2009 and 2024 (empty: all).
SELECT * FROM money_by_year
WHERE fiscal_year BETWEEN coalesce(nullif(:first_year, ''), 0) AND coalesce(nullif(:last_year, ''), 9999)
ORDER BY rowid;
