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
      ? `If it was acknowledged just now, pass its receipt; if it belongs to another account, pass "account".`
      : `The notification of the receipt is applied, and does not concern this task: see /v1/notifications/${receipt}.`;
  return new Problem({
    status: 404,
    code: 'task-not-found',
    detail: `No notification of task ${shown} in account ${account} is applied. ${advice}`,
    headers,
  });
}

export function tooManyWaiters(count: number): Problem {
  return new Problem({
    status: 503,
    code: 'too-many-waiters',
    detail: `${count} requests are waiting, which is the maximum. Omit "Prefer: wait", or retry in a moment.`,
    headers: { 'retry-after': '2' },
  });
}
