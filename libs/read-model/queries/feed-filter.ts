import { subjectOfTask } from '@mps-ledger/records';
import type { FeedConditions, FeedSource } from '../sql/read-feed';
import { taskKey } from '../task-key';
import { visibleFilter, type VisibleAccounts } from '../visible-accounts';
import { bytesText } from '../write/rows';
import type { FeedItem } from './feed-item';

/** Which records of a feed: those that have one of the values of each member; one that is left out does not matter. */
export interface FeedFilter {
  /** The accounts whose records may be shown. */
  readonly visible: VisibleAccounts;
  readonly account?: readonly string[];
  /** Of an event, without the prefix. */
  readonly type?: readonly string[];
  readonly kind?: readonly string[];
  readonly status?: readonly string[];
  readonly outcome?: readonly string[];
  /** Exact; of each of the accounts that has it. */
  readonly task_id?: readonly string[];
}

const COLUMNS = ['type', 'kind', 'status', 'outcome'] as const;

/** The SQL of a filter; appends its values to the statement's. */
export function feedConditions(source: FeedSource, asked: FeedFilter, values: unknown[]): FeedConditions {
  const filter = visibleFilter(asked.visible, asked);
  const { account, task_id: taskIds } = filter;
  const add = (texts: readonly string[]): string => `$${values.push(texts)}::text[]`;
  const shown = COLUMNS.flatMap((column) => {
    const texts = filter[column];
    if (texts === undefined || (source === 'state-changes' && column === 'type')) return [];
    return [`r.${column} = any (${add(texts)})`];
  });
  const accounts = account === undefined ? null : add(account);
  if (accounts !== null) shown.push(`r.account = any (${accounts})`);
  const tasks = taskIds === undefined ? null : { ids: add(taskIds.map((id) => JSON.stringify(id))), accounts };
  return { tasks, shown: shown.join(' and ') || 'true' };
}

/** The same of a record that was read. */
export function makeFeedTest(source: Exclude<FeedSource, 'both'>, asked: FeedFilter): (item: FeedItem) => boolean {
  const { account, type, kind, status, outcome, task_id: taskIds } = visibleFilter(asked.visible, asked);
  const isOfTask = taskIds === undefined ? () => true : makeTaskTest(taskIds);
  return (item) => {
    if (!isAmong(account, item.account) || !isOfTask(item)) return false;
    if (source === 'facts') return isAmong(type, item.fact.type);
    const { change } = item;
    return (
      change !== null &&
      isAmong(kind, change.kind) &&
      isAmong(status, change.status) &&
      isAmong(outcome, change.outcome)
    );
  };
}

function isAmong(texts: readonly string[] | undefined, text: string | null): boolean {
  return texts === undefined || (text !== null && texts.includes(text));
}

/** Whether a record is of one of these tasks, of whichever account. A key is made only for what may be it: many streams test each record. */
function makeTaskTest(taskIds: readonly string[]): (item: FeedItem) => boolean {
  const tasks = taskIds.map((taskId) => ({ taskId, subject: subjectOfTask(taskId) }));
  return ({ account, task, subject }) =>
    tasks.some((one) => one.subject === subject && bytesText(taskKey(account, one.taskId)) === task);
}
