import { isEmpty } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { isObject, own, pick, setMember } from '../document/json';
import type { JsonObject } from '../document/json';
import type { RoutedNotification } from '../envelope/envelope';
import type { Content } from './evidence';
import type { Finding } from './finding';
import { unread } from './reading';
import type { Reading } from './reading';

const END = 'ProcessEof';
const END_MEMBER = 'ProcessEofInfo';
const SESSION = ['SessionId', 'SessionContext'];
const ERROR = ['ErrCode', 'Message'];

/** Members that are no results: those of the delivery, and those that are read by themselves. */
const NOT_RESULTS: ReadonlySet<string> = new Set([
  ...['NotificationType', 'TaskId', 'Timestamp', 'Sign', 'RequestId'],
  ...SESSION,
]);

/**
 * Reads a notification about a live stream (ParseLiveStreamProcessNotification, output parameters). Any type but `ProcessEof` gives a
 * result made of its members, also a type that is not in the vendor's documents. A `ProcessEof` gives the end, and a result besides
 * if it has other members.
 */
export function readLive({ message, eventType, taskId, unattributed }: RoutedNotification, content: Content): Reading {
  if (taskId === undefined) return unread(unattributed ?? 'no-task-id', 'live');
  const isEnd = eventType === END;
  const results = resultsIn(message, isEnd);
  const info = own(message, END_MEMBER);
  const isMissing = isEnd ? !isObject(info) : isEmpty(results);
  const result = isEnd && isEmpty(results) ? [] : [resultFinding(message, results, content)];
  const end = isEnd ? [endFinding(message, isObject(info) ? info : {}, content)] : [];
  return { kind: 'live', marks: isMissing ? ['body-missing'] : [], findings: [...result, ...end] };
}

function resultsIn(message: JsonObject, isEnd: boolean): JsonObject {
  const results: Record<string, Json> = {};
  for (const [name, value] of Object.entries(message)) {
    if (!NOT_RESULTS.has(name) && !(isEnd && name === END_MEMBER)) setMember(results, name, value);
  }
  return results;
}

function resultFinding(message: JsonObject, results: JsonObject, content: Content): Finding {
  content.rebuilt(message, results);
  const evidence = content.evidenceOf(message, ['NotificationType', ...SESSION], { Results: results });
  return { type: 'live.result-reported', evidence };
}

function endFinding(message: JsonObject, info: JsonObject, { evidenceOf }: Content): Finding {
  return { type: 'live.ended', evidence: evidenceOf(info, ERROR, pick(message, SESSION)) };
}
