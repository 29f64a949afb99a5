import { createHash } from 'node:crypto';
import { Problem } from '@mps-ledger/platform';
import { RAW, readBody, schemaOf } from '@mps-ledger/projections';
import type { FoundBody } from '@mps-ledger/projections';
import type { Freshness, StoredNotification } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { freshnessHeaders } from '../http/answer';
import type { Answer } from '../http/answer';
import type { QueryContext } from '../query-context';
import { behindOf } from '../tasks/receipts';
import { answerAtPosition } from '../waiting/min-position';
import { findByName, readName, type NotificationRequest } from './get-notification';

/** Answers the exact bytes of a notification, as they were received. */
export async function getNotificationBody(context: QueryContext, request: NotificationRequest): Promise<Answer> {
  const name = readName(request.name);
  return answerAtPosition(context, request, async () => {
    const { freshness, notification } = await findByName(context, request.visible, name);
    if (notification === null) throw behindOf('The notification is on the log and not applied yet', freshness);
    if (notification.topic !== TOPICS.raw)
      throw notKept('It was rejected: of its bytes only digest and size are kept.', freshness);
    if (!context.projections.includes(RAW)) throw notKept(`${OFF} ${placeOf(notification)}`, freshness);
    const found = await readBody(context.db.db, schemaOf(RAW, freshness), notification);
    return bytesAnswer(found, notification, freshness);
  });
}

const OFF = 'Bytes are not kept here: OPTIONAL_PROJECTIONS does not name raw.';

const placeOf = ({ topic, partition, offset }: StoredNotification): string =>
  `The log has them: ${topic}, partition ${partition}, offset ${offset}.`;

function bytesAnswer(found: FoundBody, notification: StoredNotification, freshness: Freshness): Answer {
  switch (found.state) {
    case 'kept':
      return keptAnswer(found, notification, freshness);
    case 'erased':
      throw gone('body-erased', 'Its bytes were erased from the log.', freshness);
    case 'removed':
      throw gone('body-removed', `Its bytes are older than RAW_RETENTION_DAYS. ${placeOf(notification)}`, freshness);
    case 'none':
      throw gone('body-missing', 'The log had no record at its place when the bytes were copied.', freshness);
    case 'parked':
      throw notKept(`Its bytes could not be copied: ${found.reason}. ${placeOf(notification)}`, freshness);
    case 'behind': {
      const what = `The copy of the bytes has come to raw offset ${found.position} of partition ${notification.partition}, and the notification is at ${notification.offset}`;
      throw behindOf(what, freshness);
    }
  }
}

function keptAnswer(
  { bytes, contentType }: FoundBody & { readonly state: 'kept' },
  { digest }: StoredNotification,
  freshness: Freshness,
): Answer {
  const sha256 = createHash('sha256').update(bytes).digest();
  if (digest !== null && sha256.toString('hex') !== digest)
    throw new Problem({
      status: 500,
      code: 'body-damaged',
      detail: `The stored bytes do not have the digest of the notification, ${digest}: rebuild the projection raw.`,
      headers: freshnessHeaders(freshness),
    });
  return {
    freshness,
    body: () => bytes,
    headers: {
      // The digest is of what is sent: no proxy may compress it.
      'cache-control': 'private, no-cache, no-transform',
      'repr-digest': `sha-256=:${sha256.toString('base64')}:`,
      'content-disposition': 'attachment; filename="notification"',
      'x-content-type-options': 'nosniff',
      ...(contentType !== null && isFieldValue(contentType) && { 'ledger-content-type': contentType }),
    },
  };
}

/** Whether a text can be the value of a header field. */
const isFieldValue = (text: string): boolean => /^[\x20-\x7e]+$/.test(text);

function gone(code: string, detail: string, freshness: Freshness): Problem {
  return new Problem({ status: 410, code, detail, headers: freshnessHeaders(freshness) });
}

function notKept(detail: string, freshness: Freshness): Problem {
  return new Problem({ status: 404, code: 'body-not-kept', detail, headers: freshnessHeaders(freshness) });
}
