-- title: How many cases at each point of the map?
-- question: For each platform, and for any, the points that its cases have, with the number of cases at each: a town, a county, or the city of a district's headquarters. No names.
-- caveat: A point is the middle of a town or county, or the city of the district's headquarters, as geo_precision says; it never marks the place of an offence or a person's home. Draw the three kinds apart, and print "Coordinates: GeoNames, CC BY 4.0" beside a map. A case with several platforms counts under each: do not add platforms up. A case is a charge or a later stage; a charge is an allegation. Points show where releases were found and read, not where crimes happen most.
-- coverage: mapped_percent is the share of the row's platform's cases in scope that have a point, town_percent the share with a point for a town, and n_cases_without_point how many of its n_cases_in_scope have none; those stand in rows with empty coordinates.
-- asks: Reporters
-- covered by: n_cases_without_point, n_cases_in_scope, mapped_percent, town_percent
-- index: platform_id, state
WITH placed AS (
  SELECT
    platform_id,
    latitude,
    longitude,
    geo_precision,
    CASE WHEN geo_precision = 'place' THEN place END AS place,
    CASE WHEN geo_precision IN ('place', 'county') THEN county END AS county,
    cases.state,
    CASE WHEN geo_precision = 'district' THEN district END AS district
  FROM case_platforms JOIN cases USING (case_id)
  WHERE is_involved
),
totals AS (
  SELECT
    platform_id,
    count(*) AS n_cases_in_scope,
    count(*) - count(latitude) AS n_cases_without_point,
    round(100.0 * count(latitude) / count(*), 1) AS mapped_percent,
    round(100.0 * sum(geo_precision IS 'place') / count(*), 1) AS town_percent
  FROM placed GROUP BY platform_id
)
SELECT
  platform_id,
  state,
  county,
  place,
  district,
  geo_precision,
  latitude,
  longitude,
  count(*) AS n_cases,
  n_cases_in_scope,
  n_cases_without_point,
  mapped_percent,
  town_percent
FROM placed JOIN totals USING (platform_id)
GROUP BY platform_id, state, county, place, district, geo_precision, latitude, longitude
ORDER BY platform_id, state, county, place, district, geo_precision, latitude, longitude;

-- page: platform_id is a platform that was used or made a report, or facebook_family (empty: every case); state is a postal code such as OH (empty: all).
SELECT * FROM case_points
WHERE platform_id = CASE :platform_id WHEN '' THEN 'any' ELSE :platform_id END
  AND (:state = '' OR state = upper(:state))
ORDER BY n_cases DESC, state, county, place, district, latitude, longitude;
