import { createHash } from 'node:crypto';
import { askUntil, pathOfTask, type Api } from './ask-api';
import type { ExpectedAnswer, ExpectedTask, Members } from './case';
import { differences, shown } from './differences';
import type { HttpAnswer } from './http-answers';

/** Pages of the newest rejected notifications that one is looked for on. */
const PAGES = 20;

/** Reasons that a source without keys keeps a note for. */
const KEPT = new Set(['not-json', 'not-an-object', 'not-utf8', 'body-too-large']);

export interface Sent {
  readonly api: Api;
  /** The bytes that were sent as a body; null where a conversation says more than one. */
  readonly content: Buffer | null;
  readonly withKeys: boolean;
}

/**
 * Looks for what became of something that was answered so: everything acknowledged must be found by its receipt, and every
 * refusal that is kept as rejected. Answers what differs.
 */
export async function findAgain(sent: Sent, answer: HttpAnswer, expected: ExpectedAnswer): Promise<readonly string[]> {
  if (expected.status === 200 && answer.headers['ledger-receipt'] !== undefined)
    return findDerived(sent, answer, expected);
  if (expected.code === undefined || !KEPT.has(expected.code) || expected.found === null) return [];
  const id = bodyOf(answer)['notification_id'];
  if (sent.withKeys) return id === undefined ? [] : [`a source with keys keeps no note, but this one is ${shown(id)}`];
  if (typeof id !== 'string') return ['the refusal has no notification_id'];
  return findRejected(sent, id, expected);
}

/** The JSON object that an answer holds, or an empty one. */
export function bodyOf(answer: HttpAnswer): Members {
  try {
    const body: unknown = JSON.parse(answer.body.toString());
    return typeof body === 'object' && body !== null ? (body as Members) : {};
  } catch {
    return {};
  }
}

async function findDerived(sent: Sent, answer: HttpAnswer, expected: ExpectedAnswer): Promise<readonly string[]> {
  const { api, content } = sent;
  const receipt = answer.headers['ledger-receipt'] ?? '';
  const path = `/v1/notifications/${receipt}`;
  const found = await askUntil(api, path, ({ body }) => body['state'] !== 'received');
  const must = { receipt, state: 'derived', ...(content !== null && traces(content)), ...expected.found };
  return [
    ...differences({ code: 0, receipt }, bodyOf(answer), 'answer'),
    ...differences(must, found.body, 'notification'),
    ...(expected.task === undefined ? [] : await findTask(api, expected.task)),
  ];
}

function traces(content: Buffer): Members {
  return { digest: createHash('sha256').update(content).digest('hex'), size: content.length };
}

async function findRejected({ api, content }: Sent, id: string, expected: ExpectedAnswer): Promise<readonly string[]> {
  const found = await askUntil(api, `/v1/notifications/${id}`, ({ status }) => status !== 404);
  const same = content !== null && expected.found?.['digest'] === undefined ? traces(content) : {};
  const must = { state: 'rejected', reason: expected.code, receipt: null, ...same, ...expected.found };
  const listed = await isListed(api, id);
  return [
    ...differences(must, found.body, 'notification'),
    ...(listed ? [] : [`${id} is not listed among the rejected`]),
  ];
}

async function isListed(api: Api, id: string): Promise<boolean> {
  let path = '/v1/notifications?state=rejected&limit=100';
  for (let page = 0; page < PAGES; page += 1) {
    const { body } = await askUntil(api, path);
    const { items = [], next_cursor: next } = body as { items?: Members[]; next_cursor?: string | null };
    if (items.some((item) => item['notification_id'] === id)) return true;
    if (typeof next !== 'string') return false;
    path = `/v1/notifications?limit=100&cursor=${encodeURIComponent(next)}`;
  }
  return false;
}

async function findTask(api: Api, expected: ExpectedTask): Promise<readonly string[]> {
  const { subtasks = [], subtaskCount, ...members } = expected;
  const path = pathOfTask(expected.task_id);
  const task = await askUntil(api, path);
  const history = await askUntil(api, `${path}/history?limit=5`);
  const has = (task.body['subtasks'] ?? []) as readonly unknown[];
  const missing = subtasks.filter((like) => !has.some((one) => differences(like, one, '').length === 0));
  return [
    ...differences({ status: 200, body: members }, task, 'task'),
    ...missing.map((like) => `task: no subtask is like ${shown(like)} among ${shown(has)}`),
    ...differences(subtaskCount ?? has.length, has.length, 'task.subtasks.length'),
    ...differences(200, history.status, 'history.status'),
    ...(((history.body['items'] ?? []) as unknown[]).length > 0 ? [] : ['the history is empty']),
  ];
}
