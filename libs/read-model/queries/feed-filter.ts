import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import type { FeedConditions, FeedSource } from '../sql/read-feed';
import { accountsToRead, isVisible, visibleTaskKey, type VisibleAccounts } from '../visible-accounts';
import { bytesText } from '../write/rows';
import type { FeedItem } from './feed-item';

/** Which records of a feed; a member that is left out does not matter. */
export interface FeedFilter {
  /** The accounts whose records may be shown. */
  readonly visible: VisibleAccounts;
  readonly account?: string;
  /** Of an event, without the prefix. */
  readonly type?: string;
  readonly kind?: string;
  readonly status?: string;
  readonly outcome?: string;
  /** Exact; of the account, or of `default` where none is given. */
  readonly task_id?: string;
}

const COLUMNS = ['type', 'kind', 'status', 'outcome'] as const;

/** The SQL of a filter; appends its values to the statement's. */
export function feedConditions(source: FeedSource, filter: FeedFilter, values: unknown[]): FeedConditions {
  const shown = COLUMNS.flatMap((column) => {
    const value = filter[column];
    if (value === undefined || (source === 'state-changes' && column === 'type')) return [];
    return [`r.${column} = $${values.push(value)}`];
  });
  const { task_id: taskId, account, visible } = filter;
  const accounts = accountsToRead(visible, account);
  if (accounts !== 'all') shown.push(`r.account = any ($${values.push(accounts)}::text[])`);
  if (taskId === undefined) return { among: 'true', shown: shown.join(' and ') || 'true' };
  const among = `r.task_key = $${values.push(visibleTaskKey(visible, account ?? DEFAULT_ACCOUNT, taskId))}`;
  return { among, shown: shown.join(' and ') || 'true' };
}

/** The same of a record that was read. */
export function makeFeedTest(source: Exclude<FeedSource, 'both'>, filter: FeedFilter): (item: FeedItem) => boolean {
  const { visible, account, type, kind, status, outcome, task_id: taskId } = filter;
  const task =
    taskId === undefined ? undefined : bytesText(visibleTaskKey(visible, account ?? DEFAULT_ACCOUNT, taskId));
  return (item) => {
    if (!isVisible(visible, item.account) || (account !== undefined && item.account !== account)) return false;
    if (task !== undefined && item.task !== task) return false;
    if (source === 'facts') return type === undefined || item.fact.type === type;
    const { change } = item;
    return (
      change !== null &&
      (kind === undefined || change.kind === kind) &&
      (status === undefined || change.status === status) &&
      (outcome === undefined || change.outcome === outcome)
    );
  };
}
