import { makeDice } from '@mps-ledger/testing';
import type { Fault, Figure, LogName, OpenFault, Round } from './fault';
import { closeFolder, openFolder } from './folders';
import { sendsIn, startLoad } from './load';
import { verify, type Planted, type Verdict } from './oracle';
import { BrokenPromise, NotProvoked } from './promises';

/** The result of one fault over several seeds. */
export interface SeriesResult {
  readonly log: LogName;
  readonly fault: string;
  readonly seeds: readonly number[];
  /** Number of completed rounds. */
  readonly runs: number;
  readonly sends: number;
  readonly acknowledged: number;
  /** Number of killed processes. */
  readonly kills: number;
  readonly lost: number | null;
  readonly doubled: number | null;
  readonly differing: number | null;
  /** Measurements, in the order of the rounds. */
  readonly figures: readonly Figure[];
  /** Broken promises as texts. Empty after a success. */
  readonly failures: readonly string[];
  /** Why the fault could not be injected on this machine; null if it could. */
  readonly notProvoked: string | null;
  readonly seconds: number;
  /** Folder of logs, journals and data; removed unless something failed or `keep` is set. */
  readonly kept: readonly string[];
}

/** Counters, updated during the rounds. */
interface Tally {
  runs: number;
  sends: number;
  acknowledged: number;
  kills: number;
  lost: number | null;
  doubled: number | null;
  differing: number | null;
  readonly figures: Figure[];
  readonly failures: string[];
  notProvoked: string | null;
  readonly kept: string[];
}

export interface SeriesOptions {
  /** Called for each round. Default: not called. */
  readonly say?: (line: string) => void;
  /** Keeps logs and journals also after a success. Default false. */
  readonly keep?: boolean;
}

/** Runs a fault with several seeds and verifies the ledger. Broken promises are in the result. */
export async function runSeries(
  fault: Fault,
  seeds: readonly number[],
  options: SeriesOptions = {},
): Promise<SeriesResult> {
  const began = performance.now();
  const counts = { runs: 0, sends: 0, acknowledged: 0, kills: 0 };
  const differences = fault.oracle === 'verifier' ? 0 : null;
  const verdict = { lost: differences, doubled: differences, differing: differences };
  const tally: Tally = { ...counts, ...verdict, figures: [], failures: [], notProvoked: null, kept: [] };
  const ledgers = fault.ledger === 'shared' ? [seeds] : seeds.map((seed) => [seed]);
  for (const some of ledgers) {
    if (tally.failures.length > 0 || tally.notProvoked !== null) break;
    await withLedger(fault, some, tally, options);
  }
  return {
    log: fault.log,
    fault: fault.name,
    seeds,
    ...tally,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** The rounds on one ledger, from its creation to the verdict. */
async function withLedger(
  fault: Fault,
  seeds: readonly number[],
  tally: Tally,
  { say = () => undefined, keep = false }: SeriesOptions,
): Promise<void> {
  const folder = openFolder('mps-ledger-crash-');
  const before = tally.failures.length;
  let open: OpenFault | null = null;
  try {
    open = await fault.open(folder);
    const evidence = { journals: [] as string[], planted: [] as Planted[] };
    for (const seed of seeds) {
      const began = performance.now();
      evidence.journals.push(await runRound(fault, open, seed, tally, evidence.planted));
      say(`${fault.name}, seed ${seed}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
      for (const figure of tally.figures.filter((one) => one.seed === seed))
        say(`  ${figure.name}: ${figure.value} ${figure.unit}`);
    }
    if (fault.oracle === 'verifier')
      add(tally, await verify(open.target, { ...evidence, truths: evidence.journals.map(truthOf) }));
  } catch (error) {
    record(error, tally);
  } finally {
    await open?.target.close();
    const isKept = keep || tally.failures.length > before;
    if (isKept) tally.kept.push(folder);
    closeFolder(folder, isKept);
  }
}

const truthOf = (journal: string): string => journal.replace('journal-', 'truth-');

/** Runs one round. Returns the journal of its load. */
async function runRound(
  fault: Fault,
  open: OpenFault,
  seed: number,
  tally: Tally,
  planted: Planted[],
): Promise<string> {
  const round: Round = {
    seed,
    dice: makeDice(seed, fault.name),
    killed: () => void (tally.kills += 1),
    planted: (place) => void planted.push(place),
    figure: (name, value, unit) => void tally.figures.push({ seed, name, value: Math.round(value), unit }),
  };
  try {
    await open.prepare(round);
    const load = startLoad(open.target, seed, fault.load);
    try {
      await open.strike({ ...round, load });
      await load.finish();
      await open.target.received?.();
    } finally {
      await load.end();
      const { all, acknowledged } = sendsIn(load.journal);
      tally.sends += all;
      tally.acknowledged += acknowledged;
    }
    tally.runs += 1;
    return load.journal;
  } catch (error) {
    if (error instanceof NotProvoked) throw error;
    throw new BrokenPromise(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function add(tally: Tally, { lost, doubled, differing, findings }: Verdict): void {
  const sum = (one: number | null, other: number | null) => (one === null || other === null ? null : one + other);
  tally.lost = sum(tally.lost, lost);
  tally.doubled = sum(tally.doubled, doubled);
  tally.differing = sum(tally.differing, differing);
  tally.failures.push(...findings);
}

function record(error: unknown, tally: Tally): void {
  if (error instanceof NotProvoked) tally.notProvoked = error.message;
  else tally.failures.push(reasonsOf(error));
}

/** An error message with its cause, since `fetch failed` alone is not informative. */
function reasonsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonsOf(error.cause)}`;
}
