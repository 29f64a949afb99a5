import { Problem } from '@mps-ledger/platform';

/** Characters of a TaskId that a problem shows. */
const SHOWN = 200;

export function taskNotFound(
  account: string,
  taskId: string,
  headers: Readonly<Record<string, string>>,
  receipt: string | null,
): Problem {
  const shown = JSON.stringify(taskId.length > SHOWN ? `${taskId.slice(0, SHOWN)}…` : taskId);
  const advice =
    receipt === null
      ? `If it was acknowledged just now, ask with its receipt; if it belongs to another account, name it with "account".`
      : `The notification of the receipt is applied, and says nothing of this task: see /v1/notifications/${receipt}.`;
  return new Problem({
    status: 404,
    code: 'task-not-found',
    detail: `Nothing was heard of task ${shown} in account ${account}. ${advice}`,
    headers,
  });
}

export function tooManyWaiters(count: number): Problem {
  return new Problem({
    status: 503,
    code: 'too-many-waiters',
    detail: `${count} requests are waiting already, which is as many as may. Ask without "Prefer: wait", or again in a moment.`,
    headers: { 'retry-after': '2' },
  });
}
