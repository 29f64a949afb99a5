import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { partitionOf, type NewRecord } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { partitionKey, toRawRecord, TOPICS } from '@mps-ledger/wire';
import type { LoadedRound } from '../fault';
import { logOf } from '../log-of';
import { promised } from '../promises';
import { killProgram } from '../programs';
import { sampleOf } from '../sample';
import type { AppPrograms } from '../targets/app-programs';
import type { Target } from '../targets/target';

/** Whose committed offsets are moved. */
export const DERIVE_GROUP = 'mps-ledger.derive';

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
    const { partitions } = await log.identity();
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
  return toRawRecord({ notificationId: `planted-${taskId}`, ...said });
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

const ASKED = 40;

/** Ingest says that the raw log is another one, and takes nothing into it. */
async function takesNothing(target: Target & AppPrograms, seed: number): Promise<void> {
  const probes = target.probesOf('ingest');
  let seen = '';
  const isTold = async (): Promise<boolean> => {
    const answer = await fetch(`${probes}/readyz?verbose`);
    seen = `${answer.status} ${await answer.text()}`;
    return answer.status === 503 && seen.includes('log-replaced') && seen.includes('stands still');
  };
  await eventually(isTold, { timeoutMs: 60_000 }).catch(() => {
    promised(false, `a raw log without its tail is not told: ${seen}`);
  });
  const before = await rawEnds(target);
  for (let number = 0; number < ASKED; number += 1) {
    const answer = await fetch(target.callbacks, { method: 'POST', body: sampleOf(`refused-${seed}-${number}`) });
    await answer.arrayBuffer();
    promised(answer.status === 503, `a callback was answered ${answer.status} on a raw log without its tail`);
  }
  promised((await rawEnds(target)) === before, 'something was appended to a raw log without its tail');
}

async function rawEnds(target: Target): Promise<string> {
  const log = logOf(target);
  const ends = await log.endPositions(TOPICS.raw).finally(() => log.close());
  return ends.join();
}

/** The raw log loses its tail under an ingest that runs, or one that is started after it, as the seed decides. */
export async function loseTail(target: Target & AppPrograms, round: LoadedRound, tail: Tail): Promise<void> {
  await round.load.finish();
  const isRunning = round.seed % 2 === 0;
  if (!isRunning) await target.stopApp('ingest');
  await tail.lose();
  if (!isRunning) target.beginApp('ingest');
  await takesNothing(target, round.seed);
  const ingest = target.app('ingest');
  promised(ingest?.isRunning() === true, 'ingest ended by itself');
  await tail.bringBack();
  await target.start();
}
