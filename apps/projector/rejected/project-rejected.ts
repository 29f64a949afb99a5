import { isGenesis } from '@mps-ledger/event-log';
import type { LogRecord } from '@mps-ledger/event-log';
import { NO_ERROR_CODES, parkedRow, rejectedNotificationRow } from '@mps-ledger/read-model';
import type { BatchRows, NotificationRow, ParkedRow } from '@mps-ledger/read-model';
import { fromRejectedRecord } from '@mps-ledger/records';
import type { Project, ToPark } from '../batch';

/** Makes the rows of rejected records: each a notification of state `rejected`, a broken one parked. */
export const projectRejected: Project = async (_client, _at, records, { park }) => ({
  rows: rejectedRows(records, park),
  named: [],
  heldFrom: null,
  received: [],
});

function rejectedRows(records: readonly LogRecord[], park: ToPark): BatchRows {
  const notifications: NotificationRow[] = [];
  const parked: ParkedRow[] = [];
  for (const record of records) {
    if (isGenesis(record)) continue;
    const rejected = fromRejectedRecord(record);
    const reason = 'problem' in rejected ? rejected.problem : park.reasons.get(record.offset);
    if ('problem' in rejected || reason !== undefined) parked.push(parkedRow(record, broken(reason ?? 'unknown')));
    else notifications.push(rejectedNotificationRow(rejected, record.offset));
  }
  return { history: [], tasks: [], states: [], subtasks: [], errorCodes: NO_ERROR_CODES, notifications, parked };
}

function broken(reason: string): Parameters<typeof parkedRow>[1] {
  return { reason, task: null, eventId: null, type: null, causationId: null, rawOffset: null, received: null };
}
