-- title: How many cases does my district have, of what kind and when?
-- question: Cases on child exploitation by federal judicial district, year of the first dated release and kind of conduct, for all 94 districts; any stands for all kinds, in which a case counts once.
-- caveat: These are the cases that were found and read, not all cases: a district with few has not been searched well, and says nothing about its prosecutors. A case may show several kinds of conduct, so kinds do not add up. Conduct is as charged, not as proved.
-- coverage: n_releases_read is how many releases of the district and year are held here, in scope or not, and n_cases_with_conduct how many of its cases have any kind of conduct coded. A district of which no release was read shows nothing but that.
-- asks: Legislators and their staff
-- covered by: n_releases_read, n_cases_with_conduct
-- index: conduct, district
WITH base AS (
  SELECT case_id, district, coalesce(substr(first_release_date, 1, 4), 'undated') AS year, latest_kind
  FROM cases WHERE is_child_exploitation AND district IS NOT NULL
),
shown AS (
  SELECT DISTINCT case_id, conduct FROM releases JOIN release_conduct USING (release_id)
  WHERE in_scope AND case_id IS NOT NULL
),
kinds AS (
  SELECT base.*, conduct FROM base JOIN shown USING (case_id) UNION ALL SELECT *, 'any' FROM base
),
counted AS (
  SELECT district, year, conduct, count(*) AS cases, sum(latest_kind = 'sentence') AS cases_with_sentence
  FROM kinds GROUP BY district, year, conduct
),
coded AS (
  SELECT district, year, count(*) AS n FROM base WHERE case_id IN (SELECT case_id FROM shown) GROUP BY district, year
),
reading AS (
  SELECT district, coalesce(substr(published_date, 1, 4), 'undated') AS year, count(*) AS n FROM releases
  WHERE district IS NOT NULL GROUP BY 1, 2
)
SELECT
  components.component AS district,
  district_name,
  components.state,
  years.year,
  conducts.conduct,
  coalesce(cases, 0) AS cases,
  coalesce(cases_with_sentence, 0) AS cases_with_sentence,
  coalesce(reading.n, 0) AS n_releases_read,
  coalesce(coded.n, 0) AS n_cases_with_conduct
FROM components
CROSS JOIN (SELECT DISTINCT year FROM calendar_coverage) AS years
CROSS JOIN (SELECT code AS conduct FROM codes WHERE list = 'conduct' UNION ALL VALUES ('any')) AS conducts
LEFT JOIN counted
  ON counted.district = component AND counted.year = years.year AND counted.conduct = conducts.conduct
LEFT JOIN coded ON coded.district = component AND coded.year = years.year
LEFT JOIN reading ON reading.district = component AND reading.year = years.year
WHERE component_kind = 'us_attorney'
ORDER BY component, years.year, conducts.conduct;

-- page: district is a federal judicial district (empty: all); state is a postal code such as OH (empty: all); conduct is a kind of conduct, or any (empty: any). first_year and last_year bound the years of the first dated release, such as 2013 and 2019; leave both empty for all cases, dated or not.
SELECT
  district_name,
  state,
  conduct,
  sum(cases) AS cases,
  sum(cases_with_sentence) AS cases_with_sentence,
  sum(n_releases_read) AS n_releases_read,
  sum(n_cases_with_conduct) AS n_cases_with_conduct
FROM district_cases
WHERE conduct = coalesce(nullif(:conduct, ''), 'any')
  AND (:district = '' OR district = :district)
  AND (:state = '' OR state = upper(:state))
  AND year BETWEEN :first_year
  AND coalesce(nullif(:last_year, ''), CASE :first_year WHEN '' THEN 'undated' ELSE '9999' END)
GROUP BY district
ORDER BY cases DESC, district_name;
