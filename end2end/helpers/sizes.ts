// Sizes as the pages write them.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A size in its largest unit, with one decimal where that says something: `12 GiB`, `4.8 GiB`. */
export function sized(bytes: number): string {
  const at = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${(bytes / 1024 ** at).toFixed(1).replace(/\.0$/, "")} ${UNITS[at]}`;
}
