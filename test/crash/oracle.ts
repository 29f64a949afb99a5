import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from './programs';
import type { Target } from './targets/target';

/** A record that the scenario itself put on the log, and that deriving the raw log again does not produce. */
export interface Planted {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Evidence {
  readonly journals: readonly string[];
  readonly truths: readonly string[];
  /** Default: none. The verifier must report each of them, and nothing else. */
  readonly planted?: readonly Planted[];
}

/** The verifier's comparison of acknowledgements, log, rows and truth. */
export interface Verdict {
  /** These are null if the verifier could not determine them. */
  readonly lost: number | null;
  readonly doubled: number | null;
  readonly differing: number | null;
  /** Its findings as texts; empty after a success. */
  readonly findings: readonly string[];
}

/** The parts of the verifier's output that are read here. */
interface Difference {
  readonly what: string;
  readonly where: Partial<Planted>;
}
interface CheckReport {
  readonly name: string;
  readonly found: number;
  readonly differences: readonly Difference[];
}

const VERIFIER = 'apps/verifier/main.js';
/** How long it waits until the rows have caught up with the log, in seconds. */
const WAIT = 120;
const TOLD = 10;

export interface VerifyOptions {
  /** Name of its output files; unique in the folder. Default `verifier`. */
  readonly name?: string;
  /** Scripts that are loaded before it. Default: none. */
  readonly preload?: readonly string[];
}

/** Runs the verifier on a target without load. */
export async function verify(target: Target, evidence: Evidence, options: VerifyOptions = {}): Promise<Verdict> {
  const { name = 'verifier', preload = [] } = options;
  const { journals, truths, planted = [] } = evidence;
  const files = [...journals.flatMap((path) => ['--journal', path]), ...truths.flatMap((path) => ['--truth', path])];
  const args = [...files, '--json', '--wait', `${WAIT}`];
  const { folder, variables } = target;
  const program = startProgram({ name, script: VERIFIER, args, variables, folder, preload });
  const { code, signal } = await program.ended;
  const said = (kind: string): string => readFileSync(join(folder, `${name}.${kind}`), 'utf8').trim();
  if (code === 0 || code === 3)
    return verdictOf(JSON.parse(said('out')) as { checks: readonly CheckReport[] }, planted);
  const findings = [`the verifier ended with ${signal ?? code}: ${said('err').slice(-1_000)}`];
  return { lost: null, doubled: null, differing: null, findings };
}

function verdictOf({ checks }: { readonly checks: readonly CheckReport[] }, planted: readonly Planted[]): Verdict {
  const isPlanted = ({ where }: Difference): boolean => planted.some((place) => isSame(place, where));
  const named = checks.flatMap(({ differences }) => differences.filter(isPlanted));
  const overlooked = planted.filter((place) => !named.some(({ where }) => isSame(place, where)));
  const left = checks.map(({ name, found, differences }) => {
    const others = differences.filter((difference) => !isPlanted(difference));
    return { name, found: found - differences.length + others.length, others };
  });
  const lost = sumOf(left.filter(({ name }) => name === 'acknowledged').map(({ found }) => found));
  const doubled = left.flatMap(({ others }) => others.filter(({ what }) => /twice|more than once/.test(what))).length;
  const all = sumOf(left.map(({ found }) => found));
  const words = left.flatMap(({ name, others }) => others.map((one) => `${name}: ${JSON.stringify(one)}`));
  return {
    lost,
    doubled,
    differing: all - lost - doubled,
    findings: [
      ...words.slice(0, TOLD),
      ...(all > TOLD ? [`and more: ${all} differences in all`] : []),
      ...overlooked.map((place) => `the verifier did not see what was planted at ${JSON.stringify(place)}`),
    ],
  };
}

const isSame = (place: Planted, { topic, partition, offset }: Partial<Planted>): boolean =>
  place.topic === topic && place.partition === partition && place.offset === offset;

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
