import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_GENERATIONS, partitionOf, type NewRecord } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { deriveGroup, partitionKey, toRawRecord, TOPICS } from '@mps-ledger/records';
import { onDatabase } from '../database';
import type { LoadedRound } from '../fault';
import { logOf } from '../log-of';
import { promised } from '../promises';
import { killProgram } from '../programs';
import { sampleOf } from '../sample';
import type { AppPrograms } from '../targets/app-programs';
import type { Target } from '../targets/target';
import { callbackOf, untilTold } from '../unsound';

/** Whose committed offsets are moved. */
export const DERIVE_GROUP = deriveGroup(FIRST_GENERATIONS);

/** To where somebody moves the committed offsets of the group that derives. */
export type Move = 'latest' | 'beyond' | 'deleted';
const MOVES: readonly Move[] = ['latest', 'beyond', 'deleted'];

const WAITING = 60;
/** Far beyond any end. */
export const BEYOND = 1_000_000;

/** Puts notifications on the raw log, past ingest: a backlog that waits to be derived. Answers their tasks. */
async function leaveWaiting(target: Target, seed: number): Promise<readonly string[]> {
  const log = logOf(target);
  try {
    // Its broker may have been started a moment ago.
    const { partitions } = await eventually(() => log.identity(), { timeoutMs: 30_000 });
    const tasks = Array.from({ length: WAITING }, (_, number) => `waits-${seed}-${number}`);
    for (const taskId of tasks)
      await log.append(TOPICS.raw, partitionOf(partitionKey('default', taskId), partitions), [rawOf(taskId)]);
    return tasks;
  } finally {
    await log.close();
  }
}

function rawOf(taskId: string): NewRecord {
  const bytes = Buffer.from(sampleOf(taskId));
  const how = { account: 'default', source: 'default', transport: 'callback', trust: 'callback-unsigned' } as const;
  const said = { ...how, received: new Date().toISOString(), sha256: hash('sha256', bytes), taskId, bytes };
  return toRawRecord({ id: `planted-${taskId}`, ...said });
}

/** Every one of these tasks is answered by the API. */
async function untilDerived(target: Target, tasks: readonly string[]): Promise<void> {
  const missing = new Set(tasks);
  const areThere = async (): Promise<boolean> => {
    for (const taskId of missing) {
      const answer = await fetch(`${target.api}/v1/tasks/${taskId}`);
      await answer.arrayBuffer();
      if (answer.status === 200) missing.delete(taskId);
    }
    return missing.size === 0;
  };
  await eventually(areThere, { timeoutMs: 60_000 }).catch(() => undefined);
  promised(missing.size === 0, `${missing.size} of ${tasks.length} notifications that waited were never derived`);
}

/**
 * Ends ingest under load, at a moment and in a way that the seed decides, leaves a backlog on the raw log, moves the offsets, and
 * starts it again.
 */
export async function moveOffsets(
  target: Target & AppPrograms,
  round: LoadedRound,
  move: (to: Move) => Promise<void>,
): Promise<void> {
  const { load, dice, seed } = round;
  await load.sent(20);
  await pause(dice.between(0, 800));
  const ingest = target.app('ingest');
  promised(ingest?.isRunning() === true, 'ingest ended by itself');
  if (dice.chance(0.5)) {
    await killProgram(ingest);
    round.killed();
  } else await target.stopApp('ingest');
  const tasks = await leaveWaiting(target, seed);
  await move(MOVES[seed % MOVES.length] ?? 'latest');
  await target.startApp('ingest');
  await untilDerived(target, tasks);
}

/** Loses the tail of the raw log, and brings it back. */
export interface Tail {
  lose(): Promise<void>;
  bringBack(): Promise<void>;
}

/** Under whom the tail is lost, and which: under an ingest that runs, before one is started, and so that nothing of it was derived yet. */
export type Loss = 'running' | 'started' | 'not derived';
const LOSSES: readonly Loss[] = ['running', 'started', 'not derived'];

export interface LossOptions {
  /** Says which tail it is that will be lost: where nothing of it is derived yet, what comes from now on. */
  readonly markTail: (loss: Loss) => Promise<Tail>;
}

const ASKED = 40;
/** Of what was derived, also deriving says that it is gone; of the rest, only how far the log was seen to reach. */
const SAID: Readonly<Record<Loss, RegExp>> = {
  running: /log-replaced[^]*blocked|blocked[^]*log-replaced/,
  started: /log-replaced[^]*blocked|blocked[^]*log-replaced/,
  'not derived': /log-replaced[^]*records are gone/,
};

/** Ingest says that the raw log is another one, and takes nothing into it. */
async function takesNothing(target: Target & AppPrograms, seed: number, says: RegExp): Promise<void> {
  await untilTold(target, { app: 'ingest', says });
  const before = (await rawEnds(target)).join();
  for (let number = 0; number < ASKED; number += 1) {
    const { status } = await callbackOf(target, `refused-${seed}-${number}`);
    promised(status === 503, `a callback was answered ${status} on a raw log without its tail`);
  }
  promised((await rawEnds(target)).join() === before, 'something was appended to a raw log without its tail');
}

function rawEnds(target: Target): Promise<readonly number[]> {
  const log = logOf(target);
  return eventually(() => log.endPositions(TOPICS.raw), { timeoutMs: 30_000 }).finally(() => log.close());
}

/** The projector has seen how far the raw log reaches, whatever was made of it. */
async function untilSeen(target: Target): Promise<void> {
  const ends = await rawEnds(target);
  const isSeen = async (): Promise<boolean> => {
    const known = await onDatabase(target, async (client) =>
      client.query<{ partition: number; seen_end: string }>(
        `SELECT partition, seen_end FROM tasks_v1.checkpoint WHERE topic = '${TOPICS.events}'`,
      ),
    );
    return known.rows.every(({ partition, seen_end: end }) => Number(end) >= (ends[partition] ?? 0));
  };
  await eventually(isSeen, { timeoutMs: 30_000 }).catch(() => {
    promised(false, 'the projector does not see how far the raw log reaches');
  });
}

/** The raw log loses its tail, as the seed decides, and gets it back. */
export async function loseTail(
  target: Target & AppPrograms,
  round: LoadedRound,
  { markTail }: LossOptions,
): Promise<void> {
  const { load, seed } = round;
  const loss = LOSSES[seed % LOSSES.length] ?? 'running';
  await load.sent(10);
  const early = loss === 'not derived' ? null : await markTail(loss);
  await load.finish();
  if (loss !== 'running') await target.stopApp('ingest');
  const tail = early ?? (await markTail(loss));
  const waiting = loss === 'not derived' ? await leaveWaiting(target, seed) : [];
  if (waiting.length > 0) await untilSeen(target);
  await tail.lose();
  if (loss !== 'running') target.beginApp('ingest');
  await takesNothing(target, seed, SAID[loss]);
  const ingest = target.app('ingest');
  promised(ingest?.isRunning() === true, 'ingest ended by itself');
  await tail.bringBack();
  await target.start();
  await untilDerived(target, waiting);
}
