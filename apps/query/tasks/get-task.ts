import { findNotification, visibleTaskKey } from '@mps-ledger/read-model';
import type { PastPoint, ReadTask } from '@mps-ledger/read-model';
import type { Receipt } from '@mps-ledger/records';
import { formatReceipt } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import { givenTags } from '../http/etag';
import { nothingAt } from '../notifications/notification-problems';
import type { QueryContext } from '../query-context';
import { waitForPosition, type PositionOptions } from '../waiting/min-position';
import { readInTime } from '../waiting/read-in-time';
import type { WaitResult, WaitCondition } from '../waiting/waiting-room';
import { behind, checkReceipt, checkRecord, isAmongApplied, isApplied } from './receipts';
import { getPastTask } from './get-past-task';
import { taskAnswer } from './task-answer';
import { assumedAccount, onlyAccount, readNamedTask } from './task-of-account';
import { taskNotFound, tooManyWaiters } from './task-problems';

export interface TaskRequest extends PositionOptions {
  /** Null: of whichever account has it. */
  readonly account: string | null;
  /** Exact. */
  readonly taskId: string;
  /** Answer only once this notification is applied. */
  readonly receipt: Receipt | null;
  /** Wait until the task is finished; also for a task that is not known yet. */
  readonly untilFinished: boolean;
  readonly ifNoneMatch: string | undefined;
  /** Answer it as it was at this point. Null: as it is. */
  readonly past: PastPoint | null;
}

/**
 * Answers one task once the rows are at the position and the receipt's notification is applied (else 503 `read-model-behind`).
 * With `untilFinished` it then waits until the task is finished, and answers its state at the timeout; with `past` it answers the task as it
 * was. No connection is held during a wait; a database that cannot be reached is retried until the timeout.
 */
export async function getTask(context: QueryContext, request: TaskRequest): Promise<Answer> {
  const { receipt, wait } = request;
  const knownTags = givenTags(request.ifNoneMatch);
  const deadline = performance.now() + (wait ?? 0) * 1000;
  const giveUp = (): boolean => request.disconnected.aborted || context.waiting.isClosed;
  const read = (): Promise<ReadTask> => readInTime(() => readNamedTask(context, request, knownTags), deadline, giveUp);

  if (request.minPosition !== null) await waitForPosition(context, request.minPosition, deadline, request.disconnected);
  const applied = receipt === null ? null : await readApplied(context, { ...request, receipt, read, deadline, giveUp });
  if (request.past !== null) {
    const past = { ...request, point: request.past };
    const answer = await readInTime(() => getPastTask(context, past), deadline, giveUp);
    return { ...answer, waited: waitedIn(request) };
  }
  const found = applied ?? (await read());
  return answerOf(
    request,
    request.untilFinished ? await untilFinished(context, request, { found, read, deadline }) : found,
  );
}

interface Unfinished {
  readonly found: ReadTask;
  readonly read: () => Promise<ReadTask>;
  readonly deadline: number;
}

/** A task that is not known yet may come in any account, and its key is not known: it is looked for so often, ms. */
const LOOK_MS = 1_000;

/** Waits until the task is finished; resolves with what it is then, or at the deadline. */
async function untilFinished(context: QueryContext, request: TaskRequest, unfinished: Unfinished): Promise<ReadTask> {
  const { visible, taskId, disconnected } = request;
  const { read, deadline } = unfinished;
  let { found } = unfinished;
  while (found.task?.status !== 'finished' || found.task.incomplete) {
    const account = found.task?.account ?? onlyAccount(request);
    const end = account === null ? Math.min(deadline, performance.now() + LOOK_MS) : deadline;
    const key = visibleTaskKey(visible, account ?? assumedAccount(request), taskId);
    const result = await waitFor(context, { finished: key.toString('hex') }, end, disconnected);
    const isOver = result === 'disconnected' || context.waiting.isClosed || performance.now() >= deadline;
    found = await read();
    if (isOver) return found;
  }
  return found;
}

interface Applying extends Pick<TaskRequest, 'visible' | 'disconnected'> {
  readonly receipt: Receipt;
  readonly read: () => Promise<ReadTask>;
  readonly deadline: number;
  readonly giveUp: () => boolean;
}

/** Reads once the receipt's record is applied. Throws where it never will be, or is not before the deadline. */
async function readApplied(context: QueryContext, applying: Applying): Promise<ReadTask> {
  const { waiting } = context;
  const { receipt, read, deadline, disconnected } = applying;
  const condition = { applied: receipt };
  // Known to be missing: wait before the first read. If too many wait, read all the same, since it may be applied by now.
  let result = waiting.isKnownMissing(receipt)
    ? await waiting.until(condition, deadline - performance.now(), disconnected)
    : undefined;
  for (;;) {
    const found = await read();
    checkReceipt(receipt, found.freshness);
    if (isApplied(receipt, found.freshness)) {
      await checkPlace(context, applying);
      return found;
    }
    if (isAmongApplied(receipt, found.freshness) && (await isRecordApplied(context, applying))) return read();
    if (result === 'timeout' || result === 'disconnected') throw behind(receipt, found.freshness);
    result = await waitFor(context, condition, deadline, disconnected);
  }
}

/** Whether the notification itself is applied, although an earlier one is not. Throws 410 where its place holds another record. */
async function isRecordApplied(context: QueryContext, applying: Applying): Promise<boolean> {
  const { receipt } = applying;
  const { freshness, notification } = await findInTime(context, applying);
  if (notification === null) return false;
  checkRecord(receipt, notification.notificationId, freshness);
  return true;
}

/** Throws 410 where the receipt's place holds another record than the receipt names, 404 where it holds none. */
async function checkPlace(context: QueryContext, applying: Applying): Promise<void> {
  const { receipt } = applying;
  const { freshness, notification } = await findInTime(context, applying);
  checkReceipt(receipt, freshness);
  if (notification === null) throw nothingAt(receipt, freshness);
  checkRecord(receipt, notification.notificationId, freshness);
}

function findInTime({ db }: QueryContext, { visible, receipt, deadline, giveUp }: Applying) {
  return readInTime(() => findNotification(db, visible, receipt), deadline, giveUp);
}

async function waitFor(
  { waiting }: QueryContext,
  condition: WaitCondition,
  deadline: number,
  disconnected: AbortSignal,
): Promise<WaitResult> {
  const result = await waiting.until(condition, deadline - performance.now(), disconnected);
  if (result === 'too-many-waiting') throw tooManyWaiters(waiting.count);
  return result;
}

/** Seconds of `Prefer: wait`, where there was something to wait for. */
function waitedIn({ receipt, minPosition, untilFinished, wait }: TaskRequest): number | null {
  return receipt !== null || minPosition !== null || untilFinished ? wait : null;
}

function answerOf(request: TaskRequest, { freshness, task }: ReadTask): Answer {
  const { account, taskId, receipt } = request;
  const waited = waitedIn(request);
  if (task !== null) return { freshness, tag: task.tag, waited, body: () => taskAnswer(task) };
  const headers = freshnessHeaders(freshness, waited);
  throw taskNotFound(account, taskId, headers, receipt === null ? null : formatReceipt(receipt));
}
