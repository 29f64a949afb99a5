import { TOPICS } from '@mps-ledger/records';
import { another, corruption, onRows } from './planting';

const EVENTS = `topic = '${TOPICS.events}' AND partition = 0`;
const DISAGREES = /does not agree with the log/;
const checkpoint = (set: string, which = EVENTS): string => `UPDATE checkpoint SET ${set} WHERE ${which}`;

/** Each on a partition of its own. */
const EDITS = [`last_digest = 'edited'`, 'last_offset = last_offset - 1', `last_event_id = 'edited'`];
const MORE_EDITS = ['raw_top = raw_top + 1', 'last_offset = NULL'];

function onBothTopics(edits: readonly string[]): ReturnType<typeof onRows> {
  const topics = [TOPICS.events, TOPICS.rejected];
  return onRows(
    ...topics.flatMap((topic) => edits.map((edit, n) => checkpoint(edit, `topic = '${topic}' AND partition = ${n}`))),
  );
}

export const IN_CHECKPOINTS = [
  corruption(
    'one moved on by one',
    'checkpoint',
    /beyond the end of the log/,
    onRows(checkpoint('position = position + 1')),
  ),
  corruption(
    'one moved on by one, the record between skipped',
    'checkpoint',
    [/behind/, DISAGREES],
    onRows(`DELETE FROM history WHERE partition = 0 AND "offset" >= 10`, checkpoint('position = 11, last_offset = 9')),
  ),
  corruption(
    'one moved back by one',
    'checkpoint',
    [/behind/, DISAGREES],
    onRows(checkpoint('position = position - 1')),
  ),
  ...[EDITS, MORE_EDITS].map((edits) =>
    corruption(
      `those of both topics with ${edits.join(', ')}`,
      'checkpoint',
      [...edits, ...edits].map(() => DISAGREES),
      onBothTopics(edits),
    ),
  ),
  corruption(
    'one of the rejected topic moved on by one',
    'checkpoint',
    /beyond the end of the log/,
    onRows(checkpoint('position = position + 1', `topic = '${TOPICS.rejected}' AND partition = 1`)),
  ),
  ...['raw_next = raw_next + 1', 'raw_next = raw_next - 1'].map((edit) =>
    corruption(`one with ${edit}`, 'checkpoint', /raw_next is not where/, onRows(checkpoint(edit))),
  ),
  corruption(
    'one that saw a longer log, of each topic',
    'checkpoint',
    [/shorter than it was seen/, /shorter than it was seen/],
    onRows(checkpoint('seen_end = 999', 'partition = 0')),
  ),
  corruption(
    'one complete as of tomorrow',
    'checkpoint',
    /yet to come/,
    onRows(checkpoint(`complete_as_of = now() + interval '1 day'`)),
  ),
  corruption('one gone', 'checkpoint', /there is no checkpoint/, onRows(`DELETE FROM checkpoint WHERE ${EVENTS}`)),
  corruption(
    'rows of another log',
    'checkpoint',
    /belong to another log/,
    onRows(`UPDATE projection SET log_id = 'aaaaaaaaaaaa'`),
  ),
];

const RAW = `topic = '${TOPICS.raw}'`;
const ROW_EDITS = [
  `notification_id = 'edited'`,
  `state = 'rejected'`,
  `kind = 'edited'`,
  `event_type = 'edited'`,
  `account = 'another'`,
  `task_key = sha256('edited')`,
  `transport = 'edited'`,
  `received = received + interval '1 microsecond'`,
  `reason = 'edited'`,
  `digest = 'edited'`,
  'size = size + 1',
  'events = 99',
];

export const IN_NOTIFICATIONS = [
  corruption(
    'any column of a row edited',
    'notifications',
    ROW_EDITS.map(() => /not what its raw record says/),
    onRows(
      `CREATE TEMPORARY TABLE was AS SELECT partition, "offset" FROM notification WHERE ${RAW} ORDER BY 1, 2`,
      ...ROW_EDITS.map(
        (edit, n) =>
          `UPDATE notification SET ${edit} WHERE ${RAW} AND (partition, "offset") = (SELECT * FROM was OFFSET ${n} LIMIT 1)`,
      ),
    ),
  ),
  corruption(
    'a row that names another event',
    'notifications',
    /another place/,
    onRows(`UPDATE notification SET event_offset = event_offset - 1 WHERE ${RAW} AND partition = 0 AND "offset" = 2`),
  ),
  corruption(
    'a row gone',
    'notifications',
    /has no row/,
    onRows(`DELETE FROM notification WHERE ${RAW} AND partition = 0 AND "offset" = 2`),
  ),
  corruption(
    'rows of what was never received',
    'notifications',
    [/no raw record/, /place that the log does not have/],
    async (ledger) => {
      await another('notification', `${RAW} AND partition = 0`, '"offset" = 99999')(ledger);
      await another('notification', `${RAW} AND partition = 0`, `topic = 'another'`)(ledger);
    },
  ),
  corruption(
    'the row of a rejected one edited, and another’s gone',
    'notifications',
    [/not what the rejected record says/, /a rejected record has no row/],
    onRows(
      `CREATE TEMPORARY TABLE was AS SELECT notification_id FROM notification WHERE topic = '${TOPICS.rejected}'`,
      'UPDATE notification SET size = 99 WHERE notification_id = (SELECT * FROM was LIMIT 1)',
      'DELETE FROM notification WHERE notification_id = (SELECT * FROM was OFFSET 1 LIMIT 1)',
    ),
  ),
];
