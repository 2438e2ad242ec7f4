-- title: Which provider reports most, and per what?
-- question: CyberTipline reports of each provider and calendar year, set against every other figure on the same provider that covers the same year: its own count of reports, files or images reported, pieces of content acted on.
-- caveat: A report may hold many files, and one file may be in many reports, so a ratio compares counts of different things and ranks nobody by itself. No provider's number of users is on record for the same year, so reports per user cannot be given. A company's own count may be of other services than NCMEC's. For 2019 and 2020 NCMEC combined related platforms; from 2024 reports are bundled. A figure such as less than 60 million makes the ratio a bound, as per_what_qualifier says.
-- coverage: n_providers_with of the n_providers listed in the year have another figure for it; for the others per_what is empty. Quarters and half-years are added up only where they cover the whole year: n_figures is how many figures the second number adds up.
-- asks: Trust and safety teams
-- covered by: n_providers, n_providers_with, n_figures
-- index: provider
-- index: year
WITH parts AS (
  SELECT
    figures.*, substr(period_start, 1, 4) AS year, julianday(period_end) - julianday(period_start) + 1 AS days,
    row_number() OVER (
      PARTITION BY measure_id, entity, period_start, period_end
      ORDER BY qualifier <> 'exact', published DESC, figure_id) AS choice
  FROM figures
  WHERE entity IN (SELECT entity FROM figures WHERE measure_id = 'provider_reports_to_ncmec')
    AND measure_id <> 'provider_reports_to_ncmec' AND substr(period_start, 1, 4) = substr(period_end, 1, 4)
    AND figure_id NOT IN (SELECT supersedes FROM figures WHERE supersedes IS NOT NULL)
),
others AS (
  SELECT
    year, entity, measures.name AS per_what, unit, sum(value) AS number, max(qualifier) AS qualifier,
    count(*) AS n_figures, min(figure_id) AS figure_id, min(source_url) AS source_url
  FROM parts JOIN measures USING (measure_id)
  WHERE choice = 1 AND unit IN ('reports', 'files', 'images', 'pieces', 'accounts')
  GROUP BY year, entity, measure_id
  HAVING sum(days) IN (365, 366) AND min(qualifier) = max(qualifier)
),
listed AS (
  SELECT
    reports_by_provider.*, per_what, unit, number, qualifier, n_figures,
    others.figure_id AS other_id, others.source_url AS other_url
  FROM reports_by_provider
  LEFT JOIN others ON others.entity = provider AND CAST(others.year AS INTEGER) = reports_by_provider.year
)
SELECT
  listed.year,
  provider,
  reports,
  rank_among_listed,
  percent_of_all_providers,
  per_what,
  unit AS per_what_unit,
  number AS per_what_number,
  qualifier AS per_what_qualifier,
  round(1000.0 * reports / nullif(number, 0), 2) AS reports_per_1000,
  coalesce(n_figures, 0) AS n_figures,
  n_providers,
  n_providers_with,
  figure_id,
  source_url,
  other_id AS per_what_figure_id,
  other_url AS per_what_source_url
FROM listed
JOIN (
  SELECT
    year, count(DISTINCT provider) AS n_providers,
    count(DISTINCT provider) FILTER (WHERE per_what IS NOT NULL) AS n_providers_with
  FROM listed GROUP BY year
) AS wholes ON wholes.year = listed.year
ORDER BY listed.year DESC, reports DESC, provider, per_what;

-- page: provider is a company as NCMEC lists it (empty: all); first_year and last_year bound the calendar years, such as 2019 and 2023 (empty: all).
SELECT * FROM reports_per_what
WHERE (:provider = '' OR provider = :provider)
  AND year BETWEEN coalesce(nullif(:first_year, ''), 0) AND coalesce(nullif(:last_year, ''), 9999)
ORDER BY rowid;
