import { findAccounts, visibleTaskKey } from '@mps-ledger/read-model';
import type { Freshness, ReadTask, VisibleAccounts } from '@mps-ledger/read-model';
import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';
import type { QueryContext } from '../query-context';
import { readTaskInTurn, readTaskOfAnyInTurn } from './read-in-turn';
import { ambiguousTask } from './task-problems';

/** A task as a request names it. */
interface NamedTask {
  /** The accounts that the client may see. */
  readonly visible: VisibleAccounts;
  /** Null: of whichever of them has it. */
  readonly account: string | null;
  /** Exact. */
  readonly taskId: string;
}

/** Reads a task. Throws 409 `ambiguous-task` where no account is given and several have it. */
export async function readNamedTask(
  { db }: QueryContext,
  { visible, account, taskId }: NamedTask,
  knownTags: readonly string[],
): Promise<ReadTask> {
  const only = onlyAccount({ visible, account });
  if (only !== null) return readTaskInTurn(db, { key: visibleTaskKey(visible, only, taskId), knownTags });
  const { freshness, tasks } = await readTaskOfAnyInTurn(db, { visible, taskId, knownTags });
  refuseSeveral(
    taskId,
    tasks.map((task) => task.account),
    freshness,
  );
  return { freshness, task: tasks[0] ?? null };
}

/** The account of a task: the one that is given or has it, else the one that it would be of. Throws 409 `ambiguous-task` likewise. */
export async function accountOf({ db }: QueryContext, { visible, account, taskId }: NamedTask): Promise<string> {
  const only = onlyAccount({ visible, account });
  if (only !== null) return only;
  const { freshness, accounts } = await findAccounts(db, visible, taskId);
  refuseSeveral(taskId, accounts, freshness);
  return accounts[0] ?? assumedAccount({ visible });
}

/** The account that a task would be of which is in none: the default one, or one that the client sees. */
export function assumedAccount({ visible }: Pick<NamedTask, 'visible'>): string {
  return visible === 'all' || visible.includes(DEFAULT_ACCOUNT) ? DEFAULT_ACCOUNT : (visible[0] ?? DEFAULT_ACCOUNT);
}

/** The account that a task has, whether it is known or not: the one that is given, or the only one that the client sees. Null: any. */
export function onlyAccount({ visible, account }: Pick<NamedTask, 'visible' | 'account'>): string | null {
  return account ?? (visible !== 'all' && visible.length === 1 ? (visible[0] ?? null) : null);
}

/** Throws 409 `ambiguous-task` where several accounts have the task. */
export function refuseSeveral(taskId: string, accounts: readonly string[], freshness: Freshness | null): void {
  if (accounts.length > 1) throw ambiguousTask(taskId, accounts, freshness === null ? {} : freshnessHeaders(freshness));
}
