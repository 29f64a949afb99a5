import type { ParkList } from '@mps-ledger/consuming';
import { isGenesis } from '@mps-ledger/event-log';
import type { LogRecord } from '@mps-ledger/event-log';
import { NO_ERROR_CODES, NO_REPORT_CHANGES, parkedRow, rejectedNotificationRow } from '@mps-ledger/read-model';
import type { BatchRows, NotificationRow, ParkedRow } from '@mps-ledger/read-model';
import { fromRejectedRecord } from '@mps-ledger/records';
import type { ToRows } from './to-rows';

/** Turns rejected records into notification rows of state `rejected`; a record that cannot be read is parked. */
export const projectRejected: ToRows = async (_model, _at, records, { park }) => ({
  rows: rejectedRows(records, park),
  ...{ stored: new Map(), folded: new Map() },
  endedRawOffsets: [],
  heldFrom: null,
  received: [],
});

function rejectedRows(records: readonly LogRecord[], park: ParkList): BatchRows {
  const notifications: NotificationRow[] = [];
  const parked: ParkedRow[] = [];
  for (const record of records) {
    if (isGenesis(record)) continue;
    const rejected = fromRejectedRecord(record);
    const reason = 'problem' in rejected ? rejected.problem : park.reasons.get(record.offset);
    if ('problem' in rejected || reason !== undefined) parked.push(parkedRow(record, unreadable(reason ?? 'unknown')));
    else notifications.push(rejectedNotificationRow(rejected, record.offset));
  }
  return {
    ...{ history: [], tasks: [], states: [], subtasks: [], errorCodes: NO_ERROR_CODES, liveItems: [] },
    ...{ notifications, parked, transitions: [], reports: NO_REPORT_CHANGES },
  };
}

function unreadable(reason: string): Parameters<typeof parkedRow>[1] {
  return { reason, task: null, eventId: null, type: null, causationId: null, rawOffset: null, received: null };
}
