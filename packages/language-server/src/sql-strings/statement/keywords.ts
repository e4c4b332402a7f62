/** What a statement can begin with. */
export const STATEMENT_WORDS: readonly string[] = ["SELECT", "WITH", "SHOW", "DESCRIBE", "EXPLAIN", "VALUES"];

/** Words that people complete in queries, in the order of their use. */
export const COMPLETED_KEYWORDS: readonly string[] = [
  ..."SELECT FROM WHERE AND OR NOT AS IN IS NULL LIKE ILIKE BETWEEN ASC DESC LIMIT OFFSET HAVING DISTINCT".split(
    " ",
  ),
  ..."JOIN ON USING UNION INTERSECT EXCEPT ALL EXISTS CASE WHEN THEN ELSE END CAST INTERVAL WITH".split(" "),
  ..."TRUE FALSE OVER QUALIFY FILTER TABLES COLUMNS".split(" "),
  "GROUP BY",
  "ORDER BY",
  "PARTITION BY",
  "LEFT JOIN",
  "RIGHT JOIN",
  "INNER JOIN",
  "FULL JOIN",
  "CROSS JOIN",
  "UNION ALL",
  "IS NULL",
  "IS NOT NULL",
  "NULLS FIRST",
  "NULLS LAST",
  "AT TIME ZONE",
  "SHOW TABLES",
  "SHOW COLUMNS FROM",
  "DESCRIBE",
  "EXPLAIN",
  "EXPLAIN ANALYZE",
];

/** Parts of them that are common names of columns and tables, and need no quotes as such. */
const NAMES_TOO = new Set("TIME ZONE TABLES COLUMNS FIRST LAST FILTER ANALYZE SHOW".split(" "));

/** Single words that are no names where they stand without quotes. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  [...COMPLETED_KEYWORDS.flatMap((words) => words.split(" ")), ...STATEMENT_WORDS].filter(
    (word) => !NAMES_TOO.has(word),
  ),
);
