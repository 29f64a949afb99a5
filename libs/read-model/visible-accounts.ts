import { taskKey } from './task-key';

/**
 * The accounts whose rows an answer may be made of. Every statement that answers a client takes it, in itself or in the task
 * key: for a client, what is of another account is not there.
 */
export type VisibleAccounts = 'all' | readonly string[];

/** Whether rows of an account may be shown; those of no known account only to who sees all. */
export function isVisible(visible: VisibleAccounts, account: string | null): boolean {
  return visible === 'all' || (account !== null && visible.includes(account));
}

/** A filter of what the client asks for, and may see: by accounts, perhaps none, unless it sees all and asks for all. */
export function visibleFilter<Filter extends { readonly account?: readonly string[] }>(
  visible: VisibleAccounts,
  filter: Filter,
): Filter {
  if (visible === 'all') return filter;
  const account = filter.account?.filter((one) => visible.includes(one)) ?? visible;
  return { ...filter, account };
}

/** No task has it. */
const KEY_OF_NO_TASK = Buffer.alloc(32);

/** The key of a task; for an account that the client may not see, a key that no task has, so that nothing is found and nothing waited for. */
export function visibleTaskKey(visible: VisibleAccounts, account: string, taskId: string): Buffer {
  return isVisible(visible, account) ? taskKey(account, taskId) : KEY_OF_NO_TASK;
}
