// What was measured against what was promised, as one table.
import { cpus, release, totalmem } from "node:os";

export type Unit = "ms" | "KB" | "MB" | "%" | "s" | "×" | "calls/s";

export interface Row {
  name: string;
  /** In the row's unit; where there is none the row only informs. */
  bar?: number;
  value: number;
  unit: Unit;
  /** How the value came about, in a few words. */
  note?: string;
}

export class Report {
  readonly #rows: Row[] = [];

  add(...rows: Row[]): void {
    this.#rows.push(...rows);
  }

  misses(): string[] {
    // What is no number was not measured, and is a miss too.
    return this.#rows.filter((row) => row.bar !== undefined && !(row.value <= row.bar)).map((row) => row.name);
  }

  bars(): number {
    return this.#rows.filter((row) => row.bar !== undefined).length;
  }

  /** The table, as Markdown that can be read as it is. */
  toString(): string {
    const number = (value: number) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0));
    const result = ({ bar, value }: Row) => (bar === undefined ? "" : value <= bar ? "pass" : "MISS");
    const cells = [
      ["", "bar", "value", "", "how"],
      ...this.#rows.map((row) => [
        row.name,
        row.bar === undefined ? "" : `${row.bar} ${row.unit}`,
        `${number(row.value)} ${row.unit}`,
        result(row),
        row.note ?? "",
      ]),
    ];
    const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...cells.map((row) => row[at]?.length ?? 0), 3));
    const line = (row: string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
    const rule = line(widths.map((width) => "-".repeat(width)));
    const [head = [], ...body] = cells.map(line);
    return [machine(), "", head, rule, ...body].join("\n");
  }
}

function machine(): string {
  const [first] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  return `${cpus().length} cores (${first?.model.trim() ?? "unknown"}), ${memory} GiB of memory, Linux ${release()}, Node ${process.versions.node}`;
}
