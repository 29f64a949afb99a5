import { eventText } from '@mps-ledger/records';
import type { HistoryRow } from './write/rows';

/** The exact text of an event as its record on the log has it, of its row of history. */
export function historyText(row: Omit<HistoryRow, 'offset' | 'task_key' | 'subtask_key' | 'logged'>): string {
  if (row.value !== null) return row.value;
  const { event_id: id, causation_id: causationId, raw_offset: rawOffset } = row;
  return eventText({ ...row, id, causationId, rawOffset }, row.data ?? 'null');
}
