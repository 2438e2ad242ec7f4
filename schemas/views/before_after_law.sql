-- title: What do the figures show before and after a law?
-- question: For each federal law whose enactment is on record: the published yearly figures, the cases found here and the law's own duties, in the five calendar years before the year of enactment and the five after it.
-- caveat: What follows a law need not follow from it. Figures are means of the years that were published, at most five a side, and the year of enactment stands apart; a fiscal year stands under the year in which it ends. Where definitions or counting changed, the change shows here too. Cases stand by their first dated release, which may come years after a tip. They are totals of the releases that were read, in years of which some may not have come or were not searched, so no change is computed from them.
-- coverage: n_before and n_after are what the two numbers rest on, as rests_on says: yearly figures, releases read, cases with a coded origin, or due dates on record. A figure stands here only if it has a year on either side; what nobody published or compiled is missing.
-- asks: Legislators and their staff
-- covered by: n_before, n_after, rests_on
-- index: instrument_id, provider
WITH laws AS (
  SELECT
    instrument_id, instruments.title AS law, min(date_occurred_earliest) AS enacted,
    CAST(substr(min(date_occurred_earliest), 1, 4) AS INTEGER) AS year
  FROM milestones JOIN instruments USING (instrument_id)
  WHERE milestone_kind IN ('enactment', 'reauthorization', 'amendment') AND jurisdiction = 'US'
    AND instrument_kind IN ('law', 'bill')
  GROUP BY instrument_id
),
yearly AS (
  SELECT
    measure_id, entity, geography, value, CAST(substr(period_end, 1, 4) AS INTEGER) AS year,
    row_number() OVER (
      PARTITION BY measure_id, entity, geography, period_end
      ORDER BY qualifier <> 'exact', published DESC, figure_id) AS choice
  FROM figures
  WHERE qualifier IN ('exact', 'approximately')
    AND julianday(period_end) - julianday(period_start) BETWEEN 364 AND 365
    AND figure_id NOT IN (SELECT supersedes FROM figures WHERE supersedes IS NOT NULL)
),
sides AS (
  SELECT
    instrument_id, measure_id, entity, geography,
    avg(value) FILTER (WHERE yearly.year < laws.year) AS before,
    avg(value) FILTER (WHERE yearly.year > laws.year) AS after,
    count(*) FILTER (WHERE yearly.year < laws.year) AS n_before,
    count(*) FILTER (WHERE yearly.year > laws.year) AS n_after,
    max(value) FILTER (WHERE yearly.year = laws.year) AS in_year
  FROM laws JOIN yearly ON choice = 1 AND yearly.year BETWEEN laws.year - 5 AND laws.year + 5
  GROUP BY instrument_id, measure_id, entity, geography
),
by_year AS (
  SELECT
    CAST(year AS INTEGER) AS year, count(*) AS cases, count(origin) AS n_coded,
    sum(origin IN ('platform_report', 'ncmec_report')) AS tips
  FROM case_platforms WHERE platform_id = 'any' AND is_child_exploitation AND year <> 'undated' GROUP BY year
),
reading AS (
  SELECT CAST(year AS INTEGER) AS year, max(sum(n_held_here), coalesce(sum(n_read_by_rules), 0)) AS n_read
  FROM calendar_coverage WHERE year <> 'undated' GROUP BY year
),
own AS (
  SELECT
    instrument_id,
    sum(cases) FILTER (WHERE reading.year < laws.year) AS cases_before,
    sum(cases) FILTER (WHERE reading.year > laws.year) AS cases_after,
    sum(cases) FILTER (WHERE reading.year = laws.year) AS cases_in,
    sum(tips) FILTER (WHERE reading.year < laws.year) AS tips_before,
    sum(tips) FILTER (WHERE reading.year > laws.year) AS tips_after,
    sum(tips) FILTER (WHERE reading.year = laws.year) AS tips_in,
    coalesce(sum(n_coded) FILTER (WHERE reading.year < laws.year), 0) AS coded_before,
    coalesce(sum(n_coded) FILTER (WHERE reading.year > laws.year), 0) AS coded_after,
    coalesce(sum(n_coded) FILTER (WHERE reading.year = laws.year), 0) AS coded_in,
    coalesce(sum(n_read) FILTER (WHERE reading.year < laws.year), 0) AS read_before,
    coalesce(sum(n_read) FILTER (WHERE reading.year > laws.year), 0) AS read_after
  FROM laws
  JOIN reading ON reading.year BETWEEN laws.year - 5 AND laws.year + 5
  LEFT JOIN by_year ON by_year.year = reading.year
  GROUP BY instrument_id
),
duties AS (
  SELECT
    obligations.instrument_id, count(date_due) AS n_due, sum(status IN ('met_on_time', 'met_late')) AS n_met,
    sum(status = 'not_met') AS n_not_met
  FROM obligations JOIN milestones USING (obligation_id)
  WHERE milestone_kind = 'obligation' AND date_due IS NOT NULL GROUP BY obligations.instrument_id
),
lines AS (
  SELECT
    instrument_id, 3 AS place, codes.label AS topic, measures.name AS what, entity AS provider, geography, unit,
    before, in_year, after, n_before, n_after, 'yearly figures' AS rests_on
  FROM sides
  JOIN measures USING (measure_id)
  JOIN codes ON codes.list = 'subject' AND codes.code = subject
  WHERE n_before > 0 AND n_after > 0
  UNION ALL
  SELECT
    instrument_id, 2, 'Cases', 'cases on child exploitation found here, in all these years', NULL, 'US', 'cases',
    coalesce(cases_before, 0), coalesce(cases_in, 0), coalesce(cases_after, 0), read_before, read_after,
    'releases read, at least'
  FROM own WHERE read_before > 0 OR read_after > 0
  UNION ALL
  SELECT
    instrument_id, 2, 'Cases', 'share of cases that a platform or NCMEC started', NULL, 'US', 'percent',
    round(100.0 * tips_before / nullif(coded_before, 0), 1), round(100.0 * tips_in / nullif(coded_in, 0), 1),
    round(100.0 * tips_after / nullif(coded_after, 0), 1), coded_before, coded_after, 'cases with a coded origin'
  FROM own WHERE coded_before > 0 OR coded_after > 0
  UNION ALL
  SELECT
    instrument_id, 1, 'Duties', 'due dates of its duties that were met', NULL, 'US', 'due dates',
    NULL, NULL, n_met, 0, n_due, 'due dates on record'
  FROM duties
  UNION ALL
  SELECT
    instrument_id, 1, 'Duties', 'due dates of its duties that were not met', NULL, 'US', 'due dates',
    NULL, NULL, n_not_met, 0, n_due, 'due dates on record'
  FROM duties
)
SELECT
  instrument_id,
  law,
  enacted,
  topic,
  what,
  provider,
  geography,
  unit,
  round(before, 1) AS before_the_law,
  round(in_year, 1) AS year_of_the_law,
  round(after, 1) AS after_the_law,
  CASE WHEN topic <> 'Cases' THEN round(100.0 * (after - before) / nullif(before, 0), 1) END AS change_percent,
  n_before,
  n_after,
  rests_on
FROM lines JOIN laws USING (instrument_id)
ORDER BY enacted, instrument_id, place, topic, what, provider, geography;

-- page: instrument_id is a law (empty: FOSTA of 2018); provider is the company or body that a figure is about (empty: all, with cases and duties).
SELECT
  topic,
  what,
  provider,
  unit,
  before_the_law,
  year_of_the_law,
  after_the_law,
  change_percent,
  n_before,
  n_after,
  rests_on,
  geography,
  law,
  enacted
FROM before_after_law
WHERE instrument_id = coalesce(nullif(:instrument_id, ''), 'pub-l-115-164') AND (:provider = '' OR provider = :provider)
ORDER BY rowid;
