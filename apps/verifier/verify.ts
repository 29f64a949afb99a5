import type { Pool } from 'pg';
import { isSameLog, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { findStrays, openSnapshot, readCheckpoints, readProjectedLog } from '@mps-ledger/read-model';
import type { CheckpointRow, ReadModel, Snapshot } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { loadSends, type AcknowledgedSends } from './acknowledged';
import { catchUp, of, type Reached } from './catching-up';
import { refuseWrongFiles, type GivenFiles } from './inputs/refuse-wrong-files';
import type { Sums } from './partition/balance';
import { CheckpointCheck } from './partition/checkpoint-check';
import { passEvents } from './partition/event-pass';
import { passRaw } from './partition/raw-pass';
import { passRejected } from './partition/rejected-pass';
import { checkSums, total } from './report/sums';
import { LISTED, makeFindings, type CheckName, type CheckReport } from './report/findings';
import type { ProgressDisplay } from './report/progress';
import type { Scope } from './scope';
import { verifyTasks } from './tasks/verify-tasks';
import { verifyTruth } from './truth/verify-truth';

export interface VerifyOptions extends GivenFiles {
  readonly log: EventLog;
  /** Two connections are used at most. */
  readonly model: ReadModel<Pool>;
  /** How long to wait for everything to be applied, in ms. */
  readonly waitMs: number;
  readonly progress: ProgressDisplay;
  readonly onWaiting: (records: number) => void;
  readonly signal: AbortSignal;
}

/** What came of a verification. */
export interface Result {
  readonly ok: boolean;
  readonly log: string;
  readonly log_generation: number;
  readonly event_generation: number;
  readonly partitions: number;
  /** When the rows were looked at: RFC 3339. */
  readonly taken: string;
  /** Sums over all partitions. */
  readonly sums: Sums;
  readonly checks: readonly CheckReport[];
}

/**
 * Verifies everything, partition by partition, in bounded memory, also while records come in: the rows are those of one
 * moment, and the log is read up to ends that were read after it.
 *
 * Rejects with a UsageError for a file that is none, and with the error that kept it from completing.
 */
export async function verify(options: VerifyOptions): Promise<Result> {
  const { log, signal } = options;
  const identity = await log.identity();
  const findings = makeFindings();
  const sends = await loadSends(options.journals, identity, findings.check('acknowledged'));
  const truthTasks = await refuseWrongFiles(options);
  const reached = await catchUp({ ...options, onWaiting: options.onWaiting });
  const snapshot = await openSnapshot(options.model);
  try {
    const { model, taken } = snapshot;
    const scope: Scope = { log, identity, model, findings, progress: options.progress };
    const ends = await endsAfter(log);
    const checkpoints = await readCheckpoints(model);
    await checkOwner(scope, options.model, checkpoints, reached);
    const sums = await passAll({ scope, snapshot, ends, checkpoints, reached, sends, signal });
    options.progress.begin('tasks', sums.records.history);
    await verifyTasks(scope);
    options.progress.begin('truth', truthTasks);
    await verifyTruth(scope, options.truths);
    const checks = findings.reports();
    const { logId: log_id, logGeneration: log_generation, eventGeneration: event_generation, partitions } = identity;
    const of = { log: log_id, log_generation, event_generation, partitions };
    return { ok: checks.every(({ ok }) => ok), ...of, taken, sums, checks };
  } finally {
    options.progress.end();
    await snapshot.close();
  }
}

interface Ends {
  readonly events: readonly number[];
  readonly raw: readonly number[];
  readonly rejected: readonly number[];
}

/** Ends of the log, in an order in which all that a record or row names is below them: rows, then events, then raw. */
async function endsAfter(log: EventLog): Promise<Ends> {
  const events = await log.endPositions(TOPICS.events);
  const rejected = await log.endPositions(TOPICS.rejected);
  return { events, rejected, raw: await log.endPositions(TOPICS.raw) };
}

interface Passes {
  readonly scope: Scope;
  readonly snapshot: Snapshot;
  readonly ends: Ends;
  readonly checkpoints: readonly CheckpointRow[];
  readonly reached: Reached;
  readonly sends: AcknowledgedSends;
  readonly signal: AbortSignal;
}

async function passAll(passes: Passes): Promise<Sums> {
  const { scope, snapshot, ends, checkpoints, reached, sends, signal } = passes;
  const records = [...ends.raw, ...ends.events, ...ends.rejected].reduce((sum, end) => sum + end, 0);
  scope.progress.begin('log', records);
  const sums: Sums[] = [];
  for (let partition = 0; partition < scope.identity.partitions; partition += 1) {
    signal.throwIfAborted();
    const checkpointOf = (topic: string): CheckpointCheck =>
      new CheckpointCheck(scope, { topic, partition }, of(checkpoints, topic, partition), topic === TOPICS.rejected);
    const [rawEnd = 0, end = 0, rejectedEnd = 0] = [ends.raw, ends.events, ends.rejected].map((all) => all[partition]);
    const derivation = await passRaw(scope, partition, rawEnd, sends.of(partition));
    const checkpoint = checkpointOf(TOPICS.events);
    const derivedTo = reached.derivedTo[partition] ?? 0;
    sums.push(await passEvents({ scope, partition, derivation, checkpoint, end, derivedTo }));
    await checkpoint.finish(end, snapshot.taken);
    await checkpoint.finishRaw(rawEnd, derivation);
    await checkpoint.finishSeen(rawEnd);
    const rejected = checkpointOf(TOPICS.rejected);
    await passRejected(scope, partition, rejectedEnd, rejected);
    await rejected.finish(rejectedEnd, snapshot.taken);
    await rejected.finishSeen(rejectedEnd);
    await checkSums(scope.findings.check('balances'), partition, sums.at(-1));
  }
  await sends.end();
  return total(sums);
}

/** The check that a table's rows belong to; the others belong to `history`. */
const CHECK_OF: Readonly<Record<string, CheckName>> = { notification: 'notifications', transition: 'transitions' };

/** Whose rows they are, and how far they have come. */
async function checkOwner(
  { model, findings, identity }: Scope,
  now: ReadModel,
  checkpoints: readonly CheckpointRow[],
  reached: Reached,
): Promise<void> {
  const check = findings.check('checkpoint');
  const owner = await readProjectedLog(now);
  if (!isSame(identity, owner))
    await check.differs(() => ({ what: 'the rows belong to another log', where: {}, expected: identity, got: owner }));
  for (const { table, ...where } of await findStrays(model, identity.partitions, LISTED))
    await findings.check(CHECK_OF[table] ?? 'history').differs(() => ({
      what: `a row of ${table} is at a place that the log does not have`,
      where,
    }));
  for (const [partition, end] of reached.rawEnds.entries()) {
    const to = reached.derivedTo[partition] ?? 0;
    if (to < end) await check.differs(() => behind(TOPICS.raw, partition, end, to, 'derived'));
  }
  for (const [topic, ends] of [
    [TOPICS.events, reached.eventEnds],
    [TOPICS.rejected, reached.rejectedEnds],
  ] as const)
    for (const [partition, end] of ends.entries()) {
      const { position = 0 } = of(checkpoints, topic, partition) ?? {};
      if (position < end) await check.differs(() => behind(topic, partition, end, position, 'applied'));
    }
}

function isSame(identity: LogIdentity, owner: LogIdentity | null): boolean {
  return owner !== null && isSameLog(identity, owner) && identity.partitions === owner.partitions;
}

function behind(topic: string, partition: number, end: number, to: number, what: string) {
  return {
    what:
      `behind: records of the log are not ${what} yet. Start the ledger (npm start) and let it catch up, ` +
      `or, while it runs, give it longer (--wait), then verify again`,
    where: { topic, partition, offset: to },
    expected: `${what} to ${end}`,
    got: `${what} to ${to}`,
  };
}
