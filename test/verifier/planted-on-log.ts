import { projectionSchema as schema } from '@mps-ledger/read-model';
import { withMembers } from '@mps-ledger/spec-kit';
import { TOPICS } from '@mps-ledger/records';
import { recordsIn } from './ledger';
import { appendLike, corruption, isOther, isReceived, onLog, onRows } from './planting';

const NOT_GIVEN = /not what follows from raw offset/;

/** The last record of partition 0 that was not redelivered. */
const LAST = `(SELECT max("offset") FROM ${schema}.history h WHERE partition = 0 AND type <> 'notification.received' AND NOT EXISTS (
  SELECT FROM ${schema}.history o WHERE o.event_id = h.event_id AND o.raw_offset = h.raw_offset AND o."offset" <> h."offset"))`;

/** The first notification.received of partition 0 that has other events before it. */
const RECEIVED = `(SELECT min("offset") FROM ${schema}.history WHERE partition = 0 AND type = 'notification.received' AND data::json->>'events' > '0')`;

/** The end of the raw log's partition 1, whose last record is a copy of another. */
const RAW_1 = `(SELECT p.id FROM ledger_log.partition p WHERE topic = '${TOPICS.raw}' AND partition = 1)`;

export const ON_RAW_LOG = [
  corruption(
    'a byte changed in a raw record',
    'raw',
    /not those it was logged with/,
    onLog(`UPDATE ledger_log.record SET value = set_byte(value, 9, get_byte(value, 9) # 1)
           WHERE partition_id = RAW AND "offset" = 2`),
  ),
  corruption(
    'a raw record without its digest',
    'raw',
    /no header sha256/,
    onLog(
      `UPDATE ledger_log.record SET headers = (headers::jsonb - 'sha256')::text WHERE partition_id = RAW AND "offset" = 2`,
    ),
  ),
  corruption(
    'a raw record that names another task',
    'placed',
    /not placed by the task that is found/,
    onLog(`UPDATE ledger_log.record SET headers = jsonb_set(headers::jsonb, '{task-id}', '"another"')::text
           WHERE partition_id = RAW AND "offset" = 2`),
  ),
  corruption(
    'raw records of another account than the one that they were placed by',
    'placed',
    /not placed by the task that is found/,
    onLog(`UPDATE ledger_log.record SET headers = jsonb_set(headers::jsonb, '{account}', '"another"')::text
           WHERE partition_id = RAW AND "offset" > 0`),
  ),
  corruption(
    'a raw record changed together with its digest',
    'acknowledged',
    /other bytes than were sent/,
    onLog(`UPDATE ledger_log.record SET value = '{}',
             headers = jsonb_set(headers::jsonb, '{sha256}', to_jsonb(encode(sha256('{}'), 'hex')))::text
           WHERE partition_id = RAW AND "offset" = 2`),
  ),
  corruption(
    'a raw record gone',
    'acknowledged',
    /no raw record is at its receipt/,
    onLog(`DELETE FROM ledger_log.record WHERE partition_id = RAW AND "offset" = 2`),
  ),
  corruption(
    'the end of the raw log gone',
    'acknowledged',
    /no raw record is at its receipt/,
    onLog(
      `DELETE FROM ledger_log.record WHERE partition_id = ${RAW_1}
         AND "offset" >= (SELECT next_offset - 2 FROM ledger_log.partition WHERE id = ${RAW_1})`,
      `UPDATE ledger_log.partition SET next_offset = next_offset - 2 WHERE id = ${RAW_1}`,
    ),
  ),
];

export const ON_EVENT_LOG = [
  corruption(
    'an event record changed',
    'derived',
    NOT_GIVEN,
    onLog(`UPDATE ledger_log.record SET value = convert_to(replace(convert_from(value, 'UTF8'), '"default"', '"another"'), 'UTF8')
           WHERE partition_id = EVENTS AND "offset" = 2`),
  ),
  corruption(
    'an event record gone, and its row of history with it',
    'derived',
    /is not on the event log/,
    async (ledger) => {
      await onLog(`DELETE FROM ledger_log.record WHERE partition_id = EVENTS AND "offset" = ${LAST}`)(ledger);
      await onRows(`DELETE FROM history WHERE partition = 0 AND "offset" = ${LAST}`)(ledger);
    },
  ),
  corruption(
    'an event record appended again with other data',
    'derived',
    NOT_GIVEN,
    appendLike(isOther, (record) => ({
      ...record,
      value: Buffer.from(String(record.value).replaceAll('default', 'another')),
    })),
  ),
  corruption(
    'an event record appended again with another time of hearing',
    'derived',
    NOT_GIVEN,
    appendLike(isOther, (record) => withMembers(record, { recordedtime: '2020-01-01T00:00:00.000Z' })),
  ),
  corruption(
    'an event record appended again under another key',
    'derived',
    NOT_GIVEN,
    appendLike(isOther, (record) => ({ ...record, key: Buffer.from('another') })),
  ),
  corruption(
    'an event of a raw record that is not there',
    'derived',
    /where there is no notification/,
    appendLike(isOther, (record) => withMembers(record, { rawoffset: '999999' })),
  ),
  corruption(
    'an event that no raw record gives',
    'derived',
    NOT_GIVEN,
    appendLike(isOther, (record) => withMembers(record, { id: 'e'.repeat(64) })),
  ),
  corruption(
    'a record that is no event at all',
    'derived',
    /names raw offset -1/,
    appendLike(isOther, () => ({ key: null, value: Buffer.from('poison'), headers: {} })),
  ),
  corruption(
    'a notification.received before the events of its raw record',
    'derived',
    /comes before all its other events/,
    onLog(`WITH two AS (
             SELECT value, headers, key, 2 * ${RECEIVED} - 1 - "offset" AS other FROM ledger_log.record
             WHERE partition_id = EVENTS AND "offset" IN (${RECEIVED}, ${RECEIVED} - 1))
           UPDATE ledger_log.record r SET value = two.value, headers = two.headers, key = two.key FROM two
           WHERE r.partition_id = EVENTS AND r."offset" = two.other`),
  ),
  corruption(
    'a notification without its notification.received',
    'one-received',
    /has no notification.received/,
    onLog(`DELETE FROM ledger_log.record WHERE partition_id = EVENTS AND convert_from(value, 'UTF8') LIKE
             (SELECT '%"type":"mps.notification.received"%"causationid":"' || causation_id || '"%'
              FROM history WHERE partition = 0 ORDER BY "offset" DESC LIMIT 1)`),
  ),
  corruption(
    'a second, different notification.received of one notification',
    'one-received',
    /several different/,
    appendLike(isReceived, (record) => withMembers(record, { id: 'd'.repeat(64) })),
  ),
  corruption(
    'a notification.received of what was never received',
    'one-received',
    /not on the raw log/,
    appendLike(isReceived, (record) => withMembers(record, { causationid: 'never' })),
  ),
  corruption(
    'a raw record that nobody has derived yet',
    'checkpoint',
    /behind: .* not derived yet/,
    async ({ log }) => {
      const [, record] = await recordsIn(log, TOPICS.raw, 0);
      if (record === undefined) throw new Error('there is no raw record');
      await log.append(TOPICS.raw, 0, [{ ...record, key: Buffer.from('01932d5c-0000-7000-8000-00000000abcd') }]);
    },
  ),
];
