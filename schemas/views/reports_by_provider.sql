-- title: Which providers report to the CyberTipline, and how much, each year?
-- question: Reports by electronic service provider and calendar year, as NCMEC published them.
-- caveat: Many reports can mean much abuse or much diligence. For 2019 and 2020 NCMEC combined related platforms (Facebook includes Instagram and WhatsApp); from 2021 they are separate, so compare a company as a sum. From 2024 reports are bundled.
-- coverage: percent_of_year_listed is the share of the year's reports by all providers that the listed providers make up. Only the largest and named providers are listed; for 2024 and 2025 mid-size providers are missing.
-- asks: Trust and safety teams
-- covered by: percent_of_year_listed
WITH totals AS (
  SELECT period_start, max(value) AS all_reports FROM figures
  WHERE measure_id = 'cybertipline_reports_from_esps' AND qualifier = 'exact' GROUP BY period_start
),
listed AS (
  SELECT period_start, sum(value) AS listed_reports FROM figures
  WHERE measure_id = 'provider_reports_to_ncmec' GROUP BY period_start
)
SELECT
  CAST(substr(period_start, 1, 4) AS INTEGER) AS year,
  entity AS provider,
  CAST(value AS INTEGER) AS reports,
  rank() OVER (PARTITION BY period_start ORDER BY value DESC) AS rank_among_listed,
  round(100.0 * value / all_reports, 2) AS percent_of_all_providers,
  round(100.0 * listed_reports / all_reports, 1) AS percent_of_year_listed,
  figure_id,
  source_url
FROM figures
JOIN listed USING (period_start)
LEFT JOIN totals USING (period_start)
WHERE measure_id = 'provider_reports_to_ncmec'
ORDER BY year DESC, reports DESC;

-- page: provider is a company as NCMEC lists it (empty: all); first_year and last_year bound the calendar years, such as 2019 and 2023 (empty: all).
SELECT * FROM reports_by_provider
WHERE (:provider = '' OR provider = :provider)
  AND year BETWEEN coalesce(nullif(:first_year, ''), 0) AND coalesce(nullif(:last_year, ''), 9999)
ORDER BY rowid;
