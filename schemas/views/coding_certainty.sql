-- title: How sure are the codings, and who made them?
-- question: For each coded variable: how many values a person coded by hand, a rule found or a person reviewed, with what confidence, and how often two coders agreed where they were compared.
-- caveat: Confidence says how clear the text or the rule was, not how often it is right. Agreement with a rule's value in sight is no blind check and is left out. A variable with few codings says little.
-- coverage: n_codings is how many values were coded in n_releases releases; n_compared is how many releases agreement rests on, and empty where nobody has compared yet.
-- asks: Researchers
-- covered by: n_codings, n_releases, n_compared
WITH compared AS (
  SELECT
    variable,
    sum(n_compared) AS n_compared,
    round(
      sum(n_compared * percent_agreement) / nullif(sum(n_compared) FILTER (WHERE percent_agreement IS NOT NULL), 0), 1
    ) AS percent_agreement
  FROM agreement WHERE coder_pair IN ('human_human', 'machine_human') GROUP BY variable
)
SELECT
  variable,
  count(*) AS n_codings,
  count(DISTINCT release_id) AS n_releases,
  sum(method = 'hand_coded') AS n_by_hand,
  sum(method = 'rule') AS n_by_rule,
  sum(method = 'reviewed') AS n_reviewed,
  round(100.0 * sum(codings.confidence = 'high') / count(*), 1) AS high_percent,
  round(100.0 * sum(codings.confidence = 'medium') / count(*), 1) AS medium_percent,
  round(100.0 * sum(codings.confidence = 'low') / count(*), 1) AS low_percent,
  nullif(n_compared, 0) AS n_compared,
  percent_agreement
FROM codings LEFT JOIN compared USING (variable)
GROUP BY variable
ORDER BY low_percent DESC, variable;
