import { findNotification, readTask, taskKey } from '@mps-ledger/read-model';
import type { Freshness, StoredTask } from '@mps-ledger/read-model';
import type { Receipt } from '@mps-ledger/records';
import { formatReceipt } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import { entityTag, givenTags, matches } from '../http/etag';
import { nothingAt } from '../notifications/notification-problems';
import type { Reading } from '../reading';
import { untilReached, type AtLeast } from '../waiting/min-position';
import { readInTime } from '../waiting/read-in-time';
import type { Waited, Wish } from '../waiting/waiting-room';
import { behind, checkReceipt, checkRecord, isAmongApplied, isApplied } from './receipts';
import { taskAnswer } from './task-answer';
import { taskNotFound, tooManyWaiters } from './task-problems';

export interface TaskQuestion extends AtLeast {
  readonly account: string;
  /** Exact. */
  readonly taskId: string;
  /** Answer only what has this notification in it. */
  readonly receipt: Receipt | null;
  /** Wait for the task's end, also of a task not yet known. */
  readonly untilFinished: boolean;
  readonly ifNoneMatch: string | undefined;
}

interface Read {
  readonly freshness: Freshness;
  readonly task: StoredTask | null;
}

/**
 * Answers one task: once the rows are at the position and the receipt's notification is in it (else 503 `read-model-behind`), and then, where that is
 * wished, once it is finished, or as it stands when the time is over. No connection is held meanwhile, and a database that
 * cannot be read for a moment is waited for as well.
 */
export async function askTask(reading: Reading, question: TaskQuestion): Promise<Answer> {
  const { receipt, wait } = question;
  const key = taskKey(question.account, question.taskId);
  const knownTags = givenTags(question.ifNoneMatch);
  const deadline = performance.now() + (wait ?? 0) * 1000;
  const leave = (): boolean => question.gone.aborted || reading.waiting.isClosed;
  const read = (): Promise<Read> => readInTime(() => readTask(reading.db, key, knownTags), deadline, leave);

  if (question.minPosition !== null) await untilReached(reading, question.minPosition, deadline, question.gone);
  let found =
    receipt === null
      ? await read()
      : await readApplied(reading, { receipt, read, deadline, leave, gone: question.gone });
  if (question.untilFinished && (found.task?.status !== 'finished' || found.task.incomplete)) {
    await waitFor(reading, { finished: key.toString('hex') }, deadline, question.gone);
    found = await read();
  }
  return answerOf(question, found);
}

interface Applying {
  readonly receipt: Receipt;
  readonly read: () => Promise<Read>;
  readonly deadline: number;
  readonly leave: () => boolean;
  readonly gone: AbortSignal;
}

/** Reads once the receipt's record is applied; throws what it never will be, or is not in time. */
async function readApplied(reading: Reading, applying: Applying): Promise<Read> {
  const { waiting } = reading;
  const { receipt, read, deadline, gone } = applying;
  const wish = { applied: receipt };
  // What is known to be missing is waited for first: to read would tell nothing new. Too many may wait for what is there by now.
  let waited = waiting.lacks(receipt) ? await waiting.until(wish, deadline - performance.now(), gone) : undefined;
  for (;;) {
    const found = await read();
    checkReceipt(receipt, found.freshness);
    if (isApplied(receipt, found.freshness)) {
      await checkPlace(reading, applying);
      return found;
    }
    if (isAmongApplied(receipt, found.freshness) && (await isThere(reading, applying))) return read();
    if (waited === 'over' || waited === 'gone') throw behind(receipt, found.freshness);
    waited = await waitFor(reading, wish, deadline, gone);
  }
}

/** Whether the notification itself is applied, though not all before it are. Throws 410 where its place has another record. */
async function isThere({ db }: Reading, { receipt, deadline, leave }: Applying): Promise<boolean> {
  const { freshness, notification } = await readInTime(() => findNotification(db, receipt), deadline, leave);
  if (notification === null) return false;
  checkRecord(receipt, notification.notificationId, freshness);
  return true;
}

/** Throws 410 where the place holds another record than the one that the receipt was given for, 404 where it holds none. */
async function checkPlace(
  { db }: Reading,
  { receipt, deadline, leave }: Omit<Applying, 'read' | 'gone'>,
): Promise<void> {
  const { freshness, notification } = await readInTime(() => findNotification(db, receipt), deadline, leave);
  checkReceipt(receipt, freshness);
  if (notification === null) throw nothingAt(receipt, freshness);
  checkRecord(receipt, notification.notificationId, freshness);
}

async function waitFor({ waiting }: Reading, wish: Wish, deadline: number, gone: AbortSignal): Promise<Waited> {
  const waited = await waiting.until(wish, deadline - performance.now(), gone);
  if (waited === 'full') throw tooManyWaiters(waiting.count);
  return waited;
}

function answerOf(
  { account, taskId, receipt, minPosition, untilFinished, wait, ifNoneMatch }: TaskQuestion,
  { freshness, task }: Read,
): Answer {
  const applied = wait !== null && (receipt !== null || minPosition !== null || untilFinished);
  const fresh = { ...freshnessHeaders(freshness), ...(applied && { 'preference-applied': `wait=${wait}` }) };
  if (task === null) throw taskNotFound(account, taskId, fresh, receipt === null ? null : formatReceipt(receipt));
  const headers = { ...fresh, etag: entityTag(task.tag), 'cache-control': 'private, no-cache' };
  if (matches(ifNoneMatch, task.tag)) return { status: 304, headers };
  return { headers, body: taskAnswer(task) };
}
