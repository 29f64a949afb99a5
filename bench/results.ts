import type { Bench, ContestantName, CpuByProcess, Measurement } from './contract';
import { median, ratiosOf, spreadOf } from './statistics';

/** What became of one contestant's turn in one round. */
export interface Turn {
  readonly contestant: ContestantName;
  readonly round: number;
  readonly measurements: readonly Measurement[];
  /** Why it is disqualified; null where its work was done. */
  readonly fault: string | null;
}

/** One contestant in one case of one bench over all rounds, as the JSON has it. Figures are null for who is disqualified. */
export interface Result {
  readonly bench: string;
  readonly notification: string;
  /** Empty where the bench has but one. */
  readonly case: string;
  readonly contestant: ContestantName;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Per item, in µs: medians of the rounds. */
  readonly cpu_us: CpuByProcess | null;
  /** The highest of all rounds. */
  readonly peak_rss_mb: number | null;
  /** Ours divided by this contestant, round by round: the median. */
  readonly ratio_of_ours: number | null;
  readonly ratio_min: number | null;
  readonly ratio_max: number | null;
  readonly rounds: number;
  /** Some round was stopped by the time limit. */
  readonly extrapolated: boolean;
  /** Why; null for who did the work. */
  readonly disqualified: string | null;
}

/** Sums the rounds of a bench up, case by case, contestants in the bench's order. One fault disqualifies for all cases. */
export function resultsOf(bench: Bench, turns: readonly Turn[]): readonly Result[] {
  const cases = new Map<string, Measurement>();
  for (const { measurements } of turns) for (const one of measurements) cases.set(`${one.case}\n${one.unit}`, one);
  const known: readonly Pick<Measurement, 'case' | 'unit' | 'better'>[] =
    cases.size > 0 ? [...cases.values()] : [{ case: '', unit: '', better: 'more' }];
  return known.flatMap((of) =>
    bench.contestants
      .filter((contestant) => turns.some((turn) => turn.contestant === contestant && takesPart(turn, of)))
      .map((contestant) => resultOf(bench, of, contestant, turns)),
  );
}

/** Some cases are of ours alone. Who was disqualified in a turn is named in all. */
function takesPart({ measurements, fault }: Turn, of: Pick<Measurement, 'case' | 'unit'>): boolean {
  return fault !== null || measurements.some((one) => one.case === of.case && one.unit === of.unit);
}

function resultOf(
  bench: Bench,
  of: Pick<Measurement, 'case' | 'unit' | 'better'>,
  contestant: ContestantName,
  turns: readonly Turn[],
): Result {
  const all = byRound(turns, contestant, of);
  const ours = byRound(turns, 'ours', of);
  const fault = faultOf(turns, contestant, all);
  const measured = fault === null ? all.filter((one) => one !== null) : [];
  const isFair = fault === null && faultOf(turns, 'ours', ours) === null;
  const ratios = isFair ? ratiosOf(ours.map(valueOf), all.map(valueOf)) : [];
  const values = spreadOf(measured.map(({ value }) => value));
  const ratio = spreadOf(ratios);
  const peaks = measured.flatMap(({ peakRssMb = null }) => peakRssMb ?? []);
  return {
    ...{ bench: bench.name, notification: bench.notification, case: of.case, contestant },
    ...{ unit: of.unit, better: of.better },
    ...{ median: known(values.median), min: known(values.min), max: known(values.max) },
    cpu_us: cpuOf(measured),
    peak_rss_mb: peaks.length === 0 ? null : Math.max(...peaks),
    ...{ ratio_of_ours: known(ratio.median), ratio_min: known(ratio.min), ratio_max: known(ratio.max) },
    rounds: measured.length,
    extrapolated: measured.some(({ extrapolated = false }) => extrapolated),
    disqualified: fault,
  };
}

/** The first thing that disqualifies a contestant: in a whole turn, or in this case. */
function faultOf(
  turns: readonly Turn[],
  contestant: ContestantName,
  measured: readonly (Measurement | null)[],
): string | null {
  const ofTurn = turns.find((turn) => turn.contestant === contestant && turn.fault !== null)?.fault;
  return ofTurn ?? measured.find((one) => one?.fault !== undefined)?.fault ?? null;
}

/** The measurement of each round; null where it has none. */
function byRound(
  turns: readonly Turn[],
  contestant: ContestantName,
  of: Pick<Measurement, 'case' | 'unit'>,
): readonly (Measurement | null)[] {
  const rounds = Math.max(0, ...turns.map(({ round }) => round));
  return Array.from({ length: rounds }, (_, at) => {
    const turn = turns.find((one) => one.contestant === contestant && one.round === at + 1);
    return turn?.measurements.find((one) => one.case === of.case && one.unit === of.unit) ?? null;
  });
}

function cpuOf(measured: readonly Measurement[]): CpuByProcess | null {
  const all = measured.flatMap(({ cpuUs }) => cpuUs ?? []);
  if (all.length === 0) return null;
  const of = (name: keyof CpuByProcess): number => median(all.map((one) => one[name]));
  return { program: of('program'), postgres: of('postgres'), broker: of('broker') };
}

const valueOf = (measurement: Measurement | null): number | null => measurement?.value ?? null;
const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
