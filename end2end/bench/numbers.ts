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
