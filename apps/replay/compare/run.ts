import { writeFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { buildInWords, listBuildsOf, readLiveBuild, type Build } from '@mps-ledger/catalogue';
import { compareBuilds } from '@mps-ledger/comparing';
import { readModelIn } from '@mps-ledger/read-model';
import type { CompareArguments, NamedBuild } from './arguments';
import { makeReport, type CompareReport } from './report';
import { readRevision } from './revision';
import { reportText } from './text';

export interface RunCompareOptions {
  /** Two connections, without a limit of time for statements. */
  readonly pool: Pool;
  readonly args: CompareArguments;
  /** Called with what is done, or waited for. */
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What the command says, and its exit code. */
export interface CompareOutput {
  readonly code: number;
  /** Data, for standard output. */
  readonly out: string;
  /** For people, on standard error. */
  readonly err: string;
}

const EXIT = { ok: 0, failed: 1, different: 3, notFound: 4 } as const;

/** Compares two builds of the catalogue. */
export async function runCompare({ pool, args, onProgress, signal }: RunCompareOptions): Promise<CompareOutput> {
  const live = await readLiveBuild(pool);
  const builds = (await listBuildsOf(pool, live)).filter(({ state }) => state !== 'retired');
  const [from, to] = [findBuild(builds, args.from), findBuild(builds, args.to)];
  if (from === undefined || to === undefined) return refused(EXIT.notFound, noSuch(builds, args, from === undefined));
  const loading = [from, to].find(({ isFollowed }) => !isFollowed);
  if (loading !== undefined)
    return refused(EXIT.failed, `${buildInWords(loading)} is being loaded: wait until "npm run rebuild" has ended.`);
  if (from.n === to.n) return refused(EXIT.failed, `${buildInWords(from)} is the live one: name two different builds.`);
  const compared = await compareBuilds({
    ...{ from: readModelIn(from.schema, pool), to: readModelIn(to.schema, pool), patienceMs: args.patienceMs, signal },
    onStep: (step, done, total) => onProgress(`comparing ${step}, ${done} of ${total}`),
    onWaiting: (what) =>
      onProgress('tasks' in what ? `waiting for ${what.tasks} tasks` : `waiting: ${what.offsets} offsets apart`),
  });
  const report = makeReport({ compared, builds: { from: from.n, to: to.n }, revision: await readRevision() });
  if (args.report !== null) await writeFile(args.report, `${JSON.stringify(report, null, 2)}\n`);
  return { code: codeOf(report), out: args.json ? `${JSON.stringify(report)}\n` : reportText(report), err: '' };
}

function codeOf({ equal, tasks, places, history }: CompareReport): number {
  if (equal) return EXIT.ok;
  const isDifferent = tasks.length + places.length > 0 || history.some(({ from, to }) => from !== to);
  return isDifferent ? EXIT.different : EXIT.failed;
}

function findBuild(builds: readonly Build[], named: NamedBuild): Build | undefined {
  return builds.find(({ isLive, n }) => (named === 'live' ? isLive : n === named));
}

function noSuch(builds: readonly Build[], { from, to }: CompareArguments, isFrom: boolean): string {
  const known = builds.map(({ n, state }) => `${n} (${state})`).join(', ');
  return `There is no build ${isFrom ? from : to}. There are: ${known}.`;
}

const refused = (code: number, text: string): CompareOutput => ({ code, out: '', err: `${text}\n` });
