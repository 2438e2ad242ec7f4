-- title: How many cases does each federal district have here?
-- question: Cases on child exploitation by federal judicial district, for all 94 districts.
-- caveat: These are the cases that were found and read, not all cases: a district with none has not been searched well, and says nothing about its prosecutors.
-- coverage: Every one of the 94 districts is listed; releases_read is how many of its releases were read, in scope or not.
-- asks: Legislators and their staff
-- covered by: releases_read
SELECT
  component,
  district_name,
  components.state,
  (SELECT count(*) FROM cases WHERE cases.district = components.component AND is_child_exploitation) AS cases,
  (SELECT count(*) FROM cases WHERE cases.district = components.component AND is_child_exploitation AND confidence <> 'low')
    AS cases_without_low_confidence,
  (SELECT count(*) FROM releases WHERE releases.district = components.component) AS releases_read,
  latitude,
  longitude
FROM components
WHERE component_kind = 'us_attorney'
ORDER BY cases DESC, district_name;
