import { MAX_BYTES_OF_RECORDS, MAX_RECORDS, readEnvelope, type DeliveredNotification } from '@mps-ledger/mps';

/** What a body delivers. */
export interface DeliveredBody {
  /** Each becomes one raw record with all of the bytes: one, or one for each of several Records. */
  readonly delivered: readonly DeliveredNotification[];
  readonly isSeveral: boolean;
  /** EventType, or NotificationType, as spelled; null of several Records. */
  readonly eventType: string | null;
  /** Why nothing is read from it; undefined where something is. */
  readonly unread: { readonly reason: string; readonly detail: string } | undefined;
}

/** Reads from the exact bytes of a body what it delivers. Never throws. */
export function readDelivered(bytes: Uint8Array): DeliveredBody {
  const envelope = readEnvelope(bytes);
  if (!envelope.ok) return unread(envelope.code, envelope.detail);
  const { recordCount, records, eventType } = envelope;
  if (recordCount > 0 && records.length === 0) return unread('too-many-records', tooMany(recordCount, bytes.length));
  const isSeveral = records.length > 0;
  return { delivered: isSeveral ? records : [envelope], isSeveral, eventType, unread: undefined };
}

function unread(reason: string, detail: string): DeliveredBody {
  const delivered = [{ taskId: null, timestamp: null, sign: null }];
  return { delivered, isSeveral: false, eventType: null, unread: { reason, detail } };
}

function tooMany(records: number, bytes: number): string {
  return (
    `A body is logged once for each of its Records: ${MAX_RECORDS} of them at most, and ${MAX_BYTES_OF_RECORDS} bytes in total. ` +
    `This one has ${records} Records and ${bytes} bytes. Send fewer at once.`
  );
}
