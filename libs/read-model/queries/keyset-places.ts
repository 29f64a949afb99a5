import { isInstant, TOPICS } from '@mps-ledger/records';
import type { ErrorPlace } from './list-errors';
import type { NotificationPlace } from './list-notifications';
import type { TaskPlace } from './list-tasks';
import { USAGE_DIMENSIONS, type UsagePlace } from './list-usage';
import type { RecordPlace } from './read-history';
import type { LivePlace } from './read-live';
import { fit, INDEXED_TEXT } from '../write/text';

/** Postgres counts partitions as `integer`, offsets as `bigint`. */
const INTEGER = /^(?:0|[1-9]\d{0,8})$/;
const BIGINT = /^(?:0|[1-9]\d{0,14})$/;
const TASK_KEY = /^[0-9a-f]{64}$/;
const ITEM_KEY = /^[0-9a-f]{64}$/;
const GROUP_KEY = /^[0-9a-f]{32}$/;
const LONGEST_ID = 1000;

/** Whether these texts are a place in the list of tasks, which Postgres can compare with. */
export function isTaskPlace(after: readonly string[]): after is TaskPlace {
  const [received = '', key = ''] = after;
  return after.length === 2 && isMicrosecond(received) && TASK_KEY.test(key);
}

/** The same in the list of notifications. */
export function isNotificationPlace(after: readonly string[]): after is NotificationPlace {
  const [received = '', id = '', topic = '', partition = '', offset = ''] = after;
  const isRecord = INTEGER.test(partition) && BIGINT.test(offset);
  const isTopic = topic === TOPICS.raw || topic === TOPICS.rejected;
  // Postgres has no NUL in texts.
  return (
    after.length === 5 &&
    isMicrosecond(received) &&
    id.length <= LONGEST_ID &&
    !id.includes('\0') &&
    isTopic &&
    isRecord
  );
}

/** The same in the history of a task. */
export function isRecordPlace(after: readonly string[]): after is RecordPlace {
  const [partition = '', offset = ''] = after;
  return after.length === 2 && INTEGER.test(partition) && BIGINT.test(offset);
}

/** The same in the list of live items. */
export function isLivePlace(after: readonly string[]): after is LivePlace {
  const [start = '', kind = '', key = ''] = after;
  const isStart = start === '-Infinity' || (Number.isFinite(Number(start)) && String(Number(start)) === start);
  return after.length === 3 && isStart && kind.length <= INDEXED_TEXT && fit(kind) === kind && ITEM_KEY.test(key);
}

/** The same in the list of groups of failures. */
export function isErrorPlace(after: readonly string[]): after is ErrorPlace {
  const [count = '', id = ''] = after;
  return after.length === 2 && BIGINT.test(count) && GROUP_KEY.test(id);
}

/** The same in the list of usage, told apart by anything. */
export function isUsagePlace(after: readonly string[]): after is UsagePlace {
  const [day = '', ...others] = after;
  const areTexts = others.every((text) => text.length <= 2 * INDEXED_TEXT && fit(text) === text);
  return after.length === USAGE_DIMENSIONS.length && isMicrosecond(day) && areTexts;
}

/** What `instantSql` makes of an instant that there is. */
function isMicrosecond(text: string): boolean {
  return /^.{23}\d{3}Z$/.test(text) && isInstant(`${text.slice(0, 23)}Z`);
}
