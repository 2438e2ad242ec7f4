-- title: Where are the cases?
-- question: Every case in scope as a point: town, county, district and coordinates, with quarter, stage, platforms, conduct and origin. No names.
-- caveat: A point is the middle of a town or county, or the city of the district's headquarters, as geo_precision says; it never marks the place of an offence or a person's home, and many cases share one point. Draw the three kinds apart, and print "Coordinates: GeoNames, CC BY 4.0" beside a map. A case is a charge or a later stage; a charge is an allegation. A platform that is only mentioned was not used. Points show where releases were found and read, not where crimes happen most.
-- coverage: mapped_percent is the share of all cases in scope that have a point, town_percent the share with a point for a town; cases without one are listed with empty coordinates. Quarters are empty where no release is dated, origin where it was not coded.
-- asks: Reporters
-- covered by: mapped_percent, town_percent
-- index: case_id
-- index: state, case_id
WITH named AS (
  SELECT
    case_id,
    group_concat(platform_id, ' ') FILTER (WHERE is_used) AS platforms_used,
    group_concat(platform_id, ' ') FILTER (WHERE is_reporter) AS platforms_reporting,
    group_concat(platform_id, ' ') FILTER (WHERE NOT is_used AND NOT is_reporter) AS platforms_only_mentioned
  FROM (
    SELECT case_id, platform_id, max(role = 'used') AS is_used, max(role = 'reported_by') AS is_reporter
    FROM releases JOIN release_platforms USING (release_id)
    WHERE in_scope AND case_id IS NOT NULL GROUP BY case_id, platform_id ORDER BY case_id, platform_id
  )
  GROUP BY case_id
),
described AS (
  SELECT case_id, group_concat(conduct, ' ') AS conduct FROM (
    SELECT DISTINCT case_id, conduct FROM releases JOIN release_conduct USING (release_id)
    WHERE in_scope AND case_id IS NOT NULL ORDER BY case_id, conduct
  )
  GROUP BY case_id
),
shown AS (
  SELECT * FROM cases WHERE case_id IN (SELECT case_id FROM releases WHERE in_scope)
)
SELECT
  case_id,
  latitude,
  longitude,
  geo_precision,
  place,
  county,
  state,
  district,
  quarter,
  substr(first_release_date, 1, 4) AS year,
  latest_kind,
  is_child_exploitation,
  origin,
  conduct,
  platforms_used,
  platforms_reporting,
  platforms_only_mentioned,
  n_releases,
  confidence,
  mapped_percent,
  town_percent
FROM shown
LEFT JOIN named USING (case_id)
LEFT JOIN described USING (case_id)
CROSS JOIN (
  SELECT
    round(100.0 * count(latitude) / count(*), 1) AS mapped_percent,
    round(100.0 * sum(geo_precision IS 'place') / count(*), 1) AS town_percent
  FROM shown
)
ORDER BY case_id;

-- page: platform_id is a platform that was used or made a report, or facebook_family (empty: every case); state is a postal code such as OH (empty: all); first_year and last_year bound the first dated release (both empty: undated cases too).
SELECT * FROM case_map
WHERE :platform_id IN ('', 'any') AND :state = ''
  AND (:first_year = '' OR year >= :first_year) AND (:last_year = '' OR year <= :last_year)
UNION ALL
SELECT * FROM case_map
WHERE :platform_id IN ('', 'any') AND state = upper(:state)
  AND (:first_year = '' OR year >= :first_year) AND (:last_year = '' OR year <= :last_year)
UNION ALL
SELECT case_map.* FROM case_platforms JOIN case_map USING (case_id)
WHERE platform_id = :platform_id AND :platform_id <> 'any' AND is_involved AND (:state = '' OR state = upper(:state))
  AND (:first_year = '' OR case_map.year >= :first_year) AND (:last_year = '' OR case_map.year <= :last_year)
ORDER BY case_id;
