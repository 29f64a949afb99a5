import type { Sample } from './sample';

type Measure = Exclude<keyof Sample, 'seconds'>;

interface Rule {
  readonly measure: Measure;
  readonly name: string;
  readonly unit: string;
  /** What growth over the judged time is still flat: this share of the median, or this much, whichever is more. */
  readonly share: number;
  readonly atLeast: number;
}

/** What must not grow while the load stays the same. */
export const RULES: readonly Rule[] = [
  { measure: 'programMib', name: 'memory of the program', unit: 'MiB', share: 0.1, atLeast: 16 },
  { measure: 'postgresMib', name: 'memory of Postgres', unit: 'MiB', share: 0.1, atLeast: 16 },
  { measure: 'handles', name: 'open handles', unit: '', share: 0.1, atLeast: 5 },
  { measure: 'backends', name: 'Postgres processes', unit: '', share: 0.1, atLeast: 3 },
  { measure: 'lagSeconds', name: 'lag', unit: 's', share: 0, atLeast: 2 },
];

export interface Judged {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly max: number;
  /** By the median of all slopes, over the judged time. */
  readonly growth: number;
  /** The most growth that is flat. */
  readonly allowed: number;
  readonly flat: boolean;
}

export interface Verdict {
  readonly flat: boolean;
  /** Samples after the warm-up; too few are never flat. */
  readonly samples: number;
  readonly judged: readonly Judged[];
}

/** The first part of a run, while caches and pools fill, is not judged. */
const WARM_UP = 0.25;
const LEAST_SAMPLES = 20;

/** Whether a run was flat: nothing grew, by the Theil–Sen slope of what was sampled after the warm-up. */
export function judge(samples: readonly Sample[]): Verdict {
  const end = samples.at(-1)?.seconds ?? 0;
  const steady = samples.filter(({ seconds }) => seconds >= end * WARM_UP);
  const judged = RULES.map((rule) => judgeOne(steady, rule));
  return { flat: steady.length >= LEAST_SAMPLES && judged.every(({ flat }) => flat), samples: steady.length, judged };
}

function judgeOne(steady: readonly Sample[], { measure, name, unit, share, atLeast }: Rule): Judged {
  const points = steady.flatMap((sample) => {
    const value = sample[measure];
    return value === null ? [] : [{ at: sample.seconds, value }];
  });
  const values = points.map(({ value }) => value);
  const duration = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  const growth = theilSen(points) * duration;
  const allowed = Math.max(share * medianOf(values), atLeast);
  const known = values.length >= steady.length / 2 && values.length > 0;
  return {
    name,
    unit,
    median: medianOf(values),
    max: Math.max(0, ...values),
    growth,
    allowed,
    flat: known && growth <= allowed,
  };
}

/** The median slope over pairs of points: a few spikes do not move it (Theil 1950, Sen 1968). At most 500 points are used. */
function theilSen(all: readonly { readonly at: number; readonly value: number }[]): number {
  const step = Math.ceil(all.length / 500);
  const points = all.filter((_, index) => index % step === 0);
  const slopes = points.flatMap((a, index) =>
    points
      .slice(index + 1)
      .filter((b) => b.at > a.at)
      .map((b) => (b.value - a.value) / (b.at - a.at)),
  );
  return medianOf(slopes);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
