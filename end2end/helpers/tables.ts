// What a server has written down, read from its database by Python's sqlite3: Node 20 has none of its own.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const COUNT = `
import sqlite3, sys
print(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute(sys.argv[2]).fetchone()[0])
`;

/** How many rows a table of the database in a data folder has, or those of them that a condition fits. */
export function rows(data: string, table: string, where = "1"): number {
  const python = process.env.LAB_PYTHON;
  if (!python) throw new Error("LAB_PYTHON is not set: run the tests with `make test`");
  const query = `SELECT COUNT(*) FROM ${table} WHERE ${where}`;
  return Number(execFileSync(python, ["-c", COUNT, join(data, "drover.db"), query], { encoding: "utf8" }));
}
