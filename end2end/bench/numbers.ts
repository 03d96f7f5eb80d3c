// Sums of samples.

/** The smallest sample that `share` of them do not exceed. */
export function percentile(samples: number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

export const median = (samples: number[]): number => percentile(samples, 0.5);
export const most = (samples: number[]): number => percentile(samples, 1);
export const mean = (samples: number[]): number => samples.reduce((sum, each) => sum + each, 0) / samples.length;

/** How much a value grows in one unit of `at`: the slope of the line that fits best. */
export function growth(samples: { at: number; value: number }[]): number {
  const [at, value] = [mean(samples.map((each) => each.at)), mean(samples.map((each) => each.value))];
  const sum = (of: (each: { at: number; value: number }) => number) => samples.reduce((total, each) => total + of(each), 0);
  return sum((each) => (each.at - at) * (each.value - value)) / sum((each) => (each.at - at) ** 2);
}
