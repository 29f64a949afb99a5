import { TOPICS } from '@mps-ledger/records';
import { another, corruption, onRows } from './planting';

const THIRD = `partition = 0 AND "offset" = 3`;
const NOT_THE_LOG = /is not what the log says/;

/** Two rows of partition 0 with different data. */
const ONE = `(SELECT min("offset") FROM history WHERE partition = 0 AND type = 'task.finished')`;
const OTHER = `(SELECT max("offset") FROM history WHERE partition = 0 AND type = 'subtask.succeeded')`;

const EDITS = [
  `event_id = 'edited'`,
  `type = 'task.queued'`,
  `subtask_key = 'edited'`,
  `account = 'edited'`,
  `subject = 'edited'`,
  `occurred = '2000-01-01'`,
  `received = received + interval '1 microsecond'`,
  `logged = logged - interval '1 second'`,
  `trust = 'queue'`,
  `causation_id = 'edited'`,
  `mapper = 'edited'`,
  `raw_offset = raw_offset + 1`,
  `traceparent = 'edited'`,
  `data = data || ' '`,
  `value = 'edited'`,
  `task_key = sha256('edited')`,
];

export const IN_HISTORY = [
  corruption('a row dropped', 'history', /is not in history/, onRows(`DELETE FROM history WHERE ${THIRD}`)),
  corruption(
    'a row there twice',
    'history',
    /or is there twice/,
    onRows(
      'ALTER TABLE history DROP CONSTRAINT history_pkey',
      `INSERT INTO history SELECT * FROM history WHERE ${THIRD}`,
    ),
  ),
  corruption(
    'a row doubled at a place where the log is not yet',
    'history',
    /beyond the checkpoint/,
    another('history', THIRD, '"offset" = 99999'),
  ),
  corruption(
    'a row doubled in two partitions that are not there',
    'history',
    [/place that the log does not have/, /place that the log does not have/],
    async (ledger) => {
      await another('history', THIRD, 'partition = -1')(ledger);
      await another('history', THIRD, 'partition = 3')(ledger);
    },
  ),
  corruption(
    'two rows with their data exchanged',
    'history',
    [NOT_THE_LOG, NOT_THE_LOG],
    onRows(`WITH two AS (SELECT "offset", data, ${ONE} + ${OTHER} - "offset" AS other FROM history
              WHERE partition = 0 AND "offset" IN (${ONE}, ${OTHER}))
            UPDATE history h SET data = two.data FROM two WHERE h.partition = 0 AND h."offset" = two.other`),
  ),
  corruption(
    'two rows swapped',
    'history',
    [NOT_THE_LOG, NOT_THE_LOG],
    onRows(
      'ALTER TABLE history DROP CONSTRAINT history_pkey',
      `UPDATE history SET "offset" = 7 - "offset" WHERE partition = 0 AND "offset" IN (3, 4)`,
    ),
  ),
  corruption(
    'any column of a row edited',
    'history',
    EDITS.map(() => NOT_THE_LOG),
    onRows(...EDITS.map((edit, n) => `UPDATE history SET ${edit} WHERE partition = 0 AND "offset" = ${n + 2}`)),
  ),
  corruption(
    'what is applied parked as well, and something parked that is not on the log',
    'history',
    [/applied and parked/, /has no record on the log/],
    onRows(
      ...[3, 99_999].map(
        (offset) => `INSERT INTO parked (topic, partition, "offset", reason, headers, logged)
                     VALUES ('${TOPICS.events}', 0, ${offset}, 'planted', '{}', now())`,
      ),
    ),
  ),
  corruption(
    'the copy of what is parked edited',
    'history',
    /what is parked is not the record/,
    onRows(`UPDATE parked SET value = 'edited'`),
  ),
  corruption('what is parked gone', 'history', /is not in history/, onRows('DELETE FROM parked')),
];

export const IN_BALANCES = [
  corruption(
    'history short of an event, however often it is heard',
    'balances',
    /events appended are not those/,
    onRows(`DELETE FROM history WHERE partition = 0 AND event_id = (SELECT event_id FROM history WHERE ${THIRD})`),
  ),
  corruption(
    'history short of one copy of an event',
    'balances',
    /as many rows are not in history/,
    onRows(`DELETE FROM history WHERE ${THIRD}`),
  ),
  corruption(
    'history with a row more',
    'balances',
    /as many rows are not in history/,
    another('history', THIRD, '"offset" = 99999'),
  ),
  corruption(
    'history short of all that was received',
    'balances',
    /as many notifications/,
    onRows(`DELETE FROM history WHERE partition = 0 AND type = 'notification.received'`),
  ),
];
