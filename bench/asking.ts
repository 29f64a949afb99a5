import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Disqualified, type Measurement, type Stage } from './contract';
import { allAccepted, overload, type Generator, type Load } from './generator';

export interface Asking {
  readonly port: number;
  readonly paths: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

let files = 0;

/** GETs paths, again and again. */
export async function askFor(stage: Stage, generator: Generator, asking: Asking): Promise<Load> {
  const { port, paths, connections, seconds } = asking;
  const pathsFile = join(stage.folder, `paths-${(files += 1)}.json`);
  writeFileSync(pathsFile, JSON.stringify(paths));
  const load = await generator.run({ do: 'get-all', port, pathsFile, connections, seconds });
  // Of many callers of lists some may get no turn, as is promised to who reads by id.
  if (connections > 1) overload(load);
  else allAccepted(load, paths.length === 1 ? paths[0] : undefined);
  return load;
}

/** Requests that are one case: its result is that of the slowest of them. */
export interface AskedCase {
  readonly name: string;
  readonly paths: readonly string[];
}

export interface AskedCases {
  readonly port: number;
  readonly cases: readonly AskedCase[];
  /** How long each path is asked for, one request at a time. */
  readonly seconds: number;
  /** Milliseconds of p95 that are the goal: cases above it are counted. */
  readonly goalMs: number;
  /** What the cases have in common: `lists`. */
  readonly about: string;
}

interface Slowest {
  readonly name: string;
  readonly path: string;
  readonly p50: number;
  readonly p95: number;
  /** What was answered otherwise than 200: the case fails, and the others are measured all the same. */
  readonly fault?: string;
}

/** A measurement for each case, the p95 of its slowest path; and how many are above the goal. Each path is asked for once before. */
export async function measureCases(
  stage: Stage,
  generator: Generator,
  { port, cases, seconds, goalMs, about }: AskedCases,
): Promise<readonly Measurement[]> {
  const ask = async (path: string, for_: number): Promise<Load> =>
    askFor(stage, generator, { port, paths: [path], connections: 1, seconds: for_ });
  const timesOf = async (path: string): Promise<Pick<Slowest, 'p50' | 'p95' | 'fault'>> => {
    try {
      await ask(path, 0.001);
      return await ask(path, seconds);
    } catch (error) {
      if (!(error instanceof Disqualified)) throw error;
      return { p50: Infinity, p95: Infinity, fault: error.message };
    }
  };
  const slowest: Slowest[] = [];
  for (const { name, paths } of cases) {
    let worst: Slowest = { name, path: '', p50: 0, p95: 0 };
    for (const path of paths) {
      const { p50, p95, fault } = await timesOf(path);
      if (worst.fault === undefined && (fault !== undefined || p95 > worst.p95))
        worst = { name, path, p50, p95, ...(fault && { fault }) };
    }
    slowest.push(worst);
    stage.tell(`  ${worst.p50.toFixed(1)} ms p50, ${worst.p95.toFixed(1)} ms p95: ${name}: ${worst.path}`);
  }
  return [
    ...slowest.map(({ name, p95, fault }) => ({
      ...{ case: name, unit: 'ms p95', better: 'less' as const, value: p95 },
      ...(fault !== undefined && { fault }),
    })),
    ...summaryOf(slowest, about, goalMs),
  ];
}

function summaryOf(slowest: readonly Slowest[], about: string, goalMs: number): readonly Measurement[] {
  const above = (name: 'p50' | 'p95'): number => slowest.filter((one) => one[name] > goalMs).length;
  return (['p50', 'p95'] as const).map((name) => ({
    case: `${about}: of ${slowest.length} cases, above ${goalMs} ms ${name}`,
    ...{ unit: 'cases', better: 'less', value: above(name) },
  }));
}
