-- title: How much of the authorized task force money was provided?
-- question: For each fiscal year, the money that law authorized for the ICAC task forces beside the money that Congress appropriated.
-- caveat: An authorization is a ceiling, not money. Grants awarded are shown beside it but are another quantity: they may include training and support. The stimulus of 2009 was one-time money and stands in a column of its own. Amounts are not adjusted for prices.
-- coverage: The yearly line was found only for fiscal years 2023 and 2024, from one secondary source; most cells are empty because the amount was not found, not because it was zero.
-- asks: Legislators and their staff
-- covered by: n_amounts_found, n_unconfirmed
WITH years(fiscal_year) AS (
  SELECT min(fiscal_year_start) FROM milestones WHERE obligation_id = 'icac-funding'
  UNION ALL
  SELECT fiscal_year + 1 FROM years
  WHERE fiscal_year < (SELECT max(fiscal_year_end) FROM milestones WHERE obligation_id = 'icac-funding')
),
money AS (
  SELECT * FROM milestones
  WHERE obligation_id IN ('icac-funding', 'icac-awards') AND amount_usd IS NOT NULL
)
SELECT
  fiscal_year,
  sum(amount_usd) FILTER (WHERE amount_kind = 'authorized') AS authorized_usd,
  sum(amount_usd) FILTER (WHERE amount_kind = 'appropriated') AS appropriated_usd,
  round(100.0 * sum(amount_usd) FILTER (WHERE amount_kind = 'appropriated')
    / sum(amount_usd) FILTER (WHERE amount_kind = 'authorized'), 1) AS appropriated_percent,
  sum(amount_usd) FILTER (WHERE amount_kind = 'supplemental') AS one_time_usd,
  sum(amount_usd) FILTER (WHERE amount_kind = 'awarded') AS awarded_usd,
  count(amount_usd) AS n_amounts_found,
  coalesce(sum(verified = 'unverified'), 0) AS n_unconfirmed
FROM years
LEFT JOIN money ON fiscal_year BETWEEN fiscal_year_start AND fiscal_year_end
GROUP BY fiscal_year
ORDER BY fiscal_year;
