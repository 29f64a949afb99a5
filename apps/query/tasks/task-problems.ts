import { badParameters, Problem } from '@mps-ledger/platform';

/** Characters of a TaskId that a problem shows. */
const SHOWN = 200;

const shownId = (taskId: string): string =>
  JSON.stringify(taskId.length > SHOWN ? `${taskId.slice(0, SHOWN)}…` : taskId);

/** 404. `account`: the one that was given; null: none was. */
export function taskNotFound(
  account: string | null,
  taskId: string,
  headers: Readonly<Record<string, string>>,
  receipt: string | null,
): Problem {
  const elsewhere = account === null ? '' : '; if it belongs to another account, pass that as "account"';
  const advice =
    receipt === null
      ? `If it was acknowledged just now, pass its receipt${elsewhere}.`
      : `The notification of the receipt is applied, and does not concern this task: see /v1/notifications/${receipt}.`;
  return new Problem({
    status: 404,
    code: 'task-not-found',
    detail: `No notification of task ${shownId(taskId)}${account === null ? '' : ` in account ${account}`} is applied. ${advice}`,
    headers,
  });
}

/** 409: several of the accounts that the client sees have a task with this TaskId. */
export function ambiguousTask(
  taskId: string,
  accounts: readonly string[],
  headers: Readonly<Record<string, string>>,
): Problem {
  const named = [...accounts].sort();
  return new Problem({
    status: 409,
    code: 'ambiguous-task',
    detail: `The accounts ${named.join(', ')} each have a task ${shownId(taskId)}. Say which one you mean: "account=${named[0] ?? ''}".`,
    errors: named.map((account) => ({ where: 'query.account', detail: `It may be ${account}.` })),
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

/** 404: the task has no such version yet. */
export function noSuchVersion(asked: number, current: number, headers: Readonly<Record<string, string>>): Problem {
  const known =
    current === 0
      ? 'No notification of this task is applied as a whole yet, so it has no version.'
      : `This task is at version ${current}: ask for 1 to ${current}.`;
  return new Problem({
    status: 404,
    code: 'version-not-found',
    detail: `There is no version ${asked}. ${known}`,
    headers,
  });
}

/** 404: nothing of the task was on the log at that time. */
export function beforeFirstEvent(
  at: string,
  firstLogged: string | null,
  headers: Readonly<Record<string, string>>,
): Problem {
  const first = firstLogged === null ? '' : ` The log took its first record at ${firstLogged}.`;
  return new Problem({
    status: 404,
    code: 'before-first-event',
    detail: `Nothing was known of this task at ${at}.${first}`,
    headers,
  });
}

/** 400: parameters that exclude each other. */
export function notTogether(names: readonly string[], why: string): Problem {
  return badParameters(
    names.map((name) => {
      const others = names.filter((other) => other !== name).join(' and ');
      return { where: `query.${name}`, detail: `It cannot be given together with ${others}: ${why}` };
    }),
  );
}
