-- title: Which statutes are charged for which conduct?
-- question: For each statute and kind of conduct: in how many releases in scope, and in how many cases, both are coded; any stands for every kind of conduct.
-- caveat: A release may name several statutes and several kinds of conduct, and the coding does not say which goes with which, so counts do not add up. A statute that is charged is not proved. Many releases say what was charged in words only.
-- coverage: n_releases_with_statute is how many of the n_releases_in_scope have any statute coded; percent_of_these rests on those among them with the same conduct.
-- asks: Researchers
-- covered by: n_releases_with_statute, n_releases_in_scope
-- index: conduct
WITH shown AS (
  SELECT release_id, conduct FROM release_conduct UNION ALL SELECT release_id, 'any' FROM releases
),
both AS (
  SELECT statute_id, conduct, release_id, case_id
  FROM release_statutes JOIN releases USING (release_id) JOIN shown USING (release_id) WHERE in_scope
),
wholes AS (
  SELECT conduct, count(DISTINCT release_id) AS n FROM both GROUP BY conduct
)
SELECT
  statute_id,
  coalesce(statutes.citation, statute_id) AS citation,
  statutes.name AS statute,
  both.conduct,
  count(*) AS releases,
  count(DISTINCT case_id) AS cases,
  round(100.0 * count(*) / wholes.n, 1) AS percent_of_these,
  (SELECT count(DISTINCT release_id) FROM both) AS n_releases_with_statute,
  (SELECT sum(in_scope) FROM releases) AS n_releases_in_scope
FROM both
JOIN statutes USING (statute_id)
JOIN wholes ON wholes.conduct = both.conduct
GROUP BY statute_id, both.conduct
ORDER BY both.conduct = 'any' DESC, both.conduct, releases DESC, statute_id;

-- page: conduct is a kind of conduct, or any (empty: any).
SELECT * FROM statutes_by_conduct WHERE conduct = coalesce(nullif(:conduct, ''), 'any') ORDER BY rowid;
