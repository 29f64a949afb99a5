import { another, corruption, onRows } from './planting';

const nth = (n: number): string =>
  `task_key = (SELECT task_key FROM task WHERE outcome IS NOT NULL ORDER BY task_key OFFSET ${n} LIMIT 1)`;
const SUCCEEDED = (n: number): string =>
  `(task_key, key_digest) = (SELECT task_key, key_digest FROM subtask WHERE status = 'succeeded' ORDER BY task_key, key_digest OFFSET ${n} LIMIT 1)`;

const TASK_EDITS = [
  `account = 'another'`,
  `task_id = 'edited'`,
  `task_id_json = '"edited"'`,
  `kind = 'live'`,
  `status = 'queued'`,
  `outcome = 'edited'`,
  `error_code = '1'`,
  `confirmation = 'confirmed'`,
  `contradicted = NOT contradicted`,
  `revised = NOT revised`,
  `parked = 1`,
  `version = version + 1`,
  `session_id = 'edited'`,
  `first_received = first_received - interval '1 hour'`,
  `updated = updated + interval '1 microsecond'`,
  `partition = partition + 1`,
];

const SUBTASK_EDITS = [
  `key = 'edited'`,
  `kind = 'edited'`,
  `definition = 'edited'`,
  `status = 'failed'`,
  `progress = 50`,
  `error_code = '1'`,
  `error_code_ext = 'edited'`,
  `message = 'edited'`,
  `contradicted = NOT contradicted`,
  `revised = NOT revised`,
  `twins = 7`,
];

const LISTED_EDITS = [
  `account = 'another'`,
  `kind = 'live'`,
  `status = 'queued'`,
  `outcome = 'edited'`,
  `confirmation = 'edited'`,
  `contradicted = NOT contradicted`,
  `parked = parked + 1`,
  `session_id = 'edited'`,
  `first_received = first_received - interval '1 hour'`,
];
const UPDATED_EDITS = [...LISTED_EDITS, `error_code = 'edited'`, `updated = updated + interval '1 microsecond'`];

const A_CODE = `(task_key, error_code) = (SELECT task_key, error_code FROM task_error_code ORDER BY 1, 2 LIMIT 1)`;

const LIVE_ITEM_EDITS = [
  `end_offset = end_offset + 1`,
  `steady = NOT steady`,
  `series = sha256('edited')`,
  `item = item || ' '`,
];

const TRANSITION_EDITS = [
  `raw_offset = raw_offset + 1`,
  `account = 'another'`,
  `kind = 'edited'`,
  `status = 'edited'`,
  `outcome = 'edited'`,
  `error_code = '1'`,
  `confirmation = 'edited'`,
  `logged = logged + interval '1 microsecond'`,
  `data = data || ' '`,
];

const A_TRANSITION = (n: number): string =>
  `(partition, "offset") = (SELECT partition, "offset" FROM transition ORDER BY 1, 2 OFFSET ${n} LIMIT 1)`;

const A_LIVE_ITEM = `(task_key, key_digest) = (SELECT task_key, key_digest FROM live_item ORDER BY 1, 2 LIMIT 1)`;

const NOT_THE_FOLD = /state is not the fold/;

export const IN_TASKS = [
  corruption(
    'a state edited, another’s digest, and another’s version of the fold',
    'state',
    [NOT_THE_FOLD, NOT_THE_FOLD, NOT_THE_FOLD],
    onRows(
      `UPDATE task_state SET state = replace(state, '"level":3', '"level":2') WHERE ${nth(0)}`,
      `UPDATE task_state SET digest = encode(sha256('edited'), 'hex') WHERE ${nth(1)}`,
      `UPDATE task_state SET fold_version = 2 WHERE ${nth(2)}`,
    ),
  ),
  corruption(
    'a state exchanged for another task’s, digest and all',
    'state',
    NOT_THE_FOLD,
    onRows(`UPDATE task_state t SET state = o.state, digest = o.digest
            FROM (SELECT state, digest FROM task_state WHERE ${nth(1)}) o WHERE ${nth(0)}`),
  ),
  corruption('a state gone', 'state', /has no state/, onRows(`DELETE FROM task_state WHERE ${nth(0)}`)),
  corruption(
    'any column of a task’s row edited',
    'state',
    TASK_EDITS.map(() => /row is not what its history comes to/),
    onRows(
      'CREATE TEMPORARY TABLE was AS SELECT task_key FROM task WHERE outcome IS NOT NULL ORDER BY task_key',
      ...TASK_EDITS.map(
        (edit, n) => `UPDATE task SET ${edit} WHERE task_key = (SELECT task_key FROM was OFFSET ${n} LIMIT 1)`,
      ),
    ),
  ),
  corruption('a task’s row gone', 'state', /a task has no row/, onRows(`DELETE FROM task WHERE ${nth(0)}`)),
  corruption(
    'a task that nobody heard of',
    'state',
    /has no history/,
    another('task', 'true', `task_key = sha256('made up')`),
  ),
  corruption(
    'a state of a task that nobody heard of',
    'state',
    /has no history/,
    another('task_state', 'true', `task_key = sha256('made up')`),
  ),
  corruption(
    'any column of a subtask’s row edited',
    'state',
    SUBTASK_EDITS.map(() => /row of the subtask .* is not what/),
    onRows(
      `CREATE TEMPORARY TABLE was AS SELECT task_key, key_digest FROM subtask WHERE status = 'succeeded' ORDER BY 1, 2`,
      ...SUBTASK_EDITS.map(
        (edit, n) =>
          `UPDATE subtask SET ${edit} WHERE (task_key, key_digest) = (SELECT * FROM was OFFSET ${n} LIMIT 1)`,
      ),
    ),
  ),
  corruption(
    'a subtask’s row gone',
    'state',
    /subtask .* has no row/,
    onRows(`DELETE FROM subtask WHERE ${SUCCEEDED(0)}`),
  ),
  corruption(
    'a subtask that follows from no event',
    'state',
    /follows from no event/,
    another('subtask', 'true', `key_digest = sha256('made up'), key = 'made up'`),
  ),
  corruption(
    'any column of a row by error code edited',
    'state',
    LISTED_EDITS.map(() => /row of the error code .* is not what the task shows/),
    onRows(
      'CREATE TEMPORARY TABLE was AS SELECT task_key, error_code FROM task_error_code ORDER BY 1, 2',
      ...LISTED_EDITS.map(
        (edit, n) =>
          `UPDATE task_error_code SET ${edit} WHERE (task_key, error_code) = (SELECT * FROM was OFFSET ${n} LIMIT 1)`,
      ),
    ),
  ),
  corruption(
    'a row by error code gone',
    'state',
    /row of the error code .* is missing/,
    onRows(`DELETE FROM task_error_code WHERE ${A_CODE}`),
  ),
  corruption(
    'a row by another error code than the task shows',
    'state',
    [/row of the error code .* is missing/, /the error code edited, which the task does not show/],
    onRows(`UPDATE task_error_code SET error_code = 'edited' WHERE ${A_CODE}`),
  ),
  corruption(
    'an error code of a task that shows none',
    'state',
    /the error code edited, which the task does not show/,
    another(
      'task_error_code',
      'true',
      `error_code = 'edited', task_key = (SELECT task_key FROM task t WHERE NOT EXISTS
        (SELECT FROM task_error_code c WHERE c.task_key = t.task_key) ORDER BY task_key LIMIT 1)`,
    ),
  ),
  corruption(
    'an error code of a task that nobody heard of',
    'state',
    /has no history/,
    another('task_error_code', 'true', `task_key = sha256('made up')`),
  ),
  corruption(
    'any column of a row by last update edited',
    'state',
    UPDATED_EDITS.map(() => /row by last update.* is not what the task shows/),
    onRows(
      'CREATE TEMPORARY TABLE was AS SELECT task_key, code FROM task_updated ORDER BY 1, 2',
      ...UPDATED_EDITS.map(
        (edit, n) => `UPDATE task_updated SET ${edit} WHERE (task_key, code) = (SELECT * FROM was OFFSET ${n} LIMIT 1)`,
      ),
    ),
  ),
  corruption(
    'a row by last update gone',
    'state',
    /row by last update is missing/,
    onRows(`DELETE FROM task_updated WHERE task_key = (SELECT task_key FROM task ORDER BY 1 LIMIT 1) AND code = ''`),
  ),
  corruption(
    'any column of a live item edited',
    'state',
    LIVE_ITEM_EDITS.map(() => /row of the live item .* is not what its reports come to/),
    onRows(
      'CREATE TEMPORARY TABLE was AS SELECT task_key, key_digest FROM live_item ORDER BY 1, 2',
      ...LIVE_ITEM_EDITS.map(
        (edit, n) =>
          `UPDATE live_item SET ${edit} WHERE (task_key, key_digest) = (SELECT * FROM was OFFSET ${n} LIMIT 1)`,
      ),
    ),
  ),
  corruption(
    'a live item gone',
    'state',
    /live items without a row: 1/,
    onRows(`DELETE FROM live_item WHERE ${A_LIVE_ITEM}`),
  ),
  corruption(
    'a live item at another offset, and of another kind',
    'state',
    [/follows from no event/, /follows from no event/, /live items without a row: 1/],
    onRows(
      `UPDATE live_item SET start_offset = start_offset + 7000 WHERE ${A_LIVE_ITEM}`,
      `INSERT INTO live_item SELECT task_key, start_offset, 'edited', key_digest, series, end_offset, steady, item FROM live_item WHERE ${A_LIVE_ITEM}`,
    ),
  ),
  corruption(
    'a live item of a task that nobody heard of',
    'state',
    [/has no history/, /follows from no event/],
    another('live_item', 'true', `task_key = sha256('made up')`),
  ),
  corruption(
    'a task whose history is short of an event',
    'state',
    NOT_THE_FOLD,
    onRows(`DELETE FROM history WHERE ${nth(0)} AND type = 'task.finished'`),
  ),
  corruption(
    'any column of a transition edited',
    'transitions',
    TRANSITION_EDITS.map(() => /transition is not what the history says/),
    onRows(...TRANSITION_EDITS.map((edit, n) => `UPDATE transition SET ${edit} WHERE ${A_TRANSITION(n)}`)),
  ),
  corruption(
    'a transition gone',
    'transitions',
    /has no transition/,
    onRows(`DELETE FROM transition WHERE ${A_TRANSITION(0)}`),
  ),
  corruption(
    'a transition of no event, and one of a task that nobody heard of',
    'transitions',
    [/follows from no event/, /follows from no event/],
    async (ledger) => {
      await another('transition', 'true', `"offset" = "offset" + 1000000`)(ledger);
      await another('transition', 'true', `"offset" = "offset" + 2000000, task_key = sha256('made up')`)(ledger);
    },
  ),
  corruption(
    'a transition in a partition that the log does not have',
    'transitions',
    /place that the log does not have/,
    another('transition', 'true', `partition = 99`),
  ),
  corruption(
    'the standing that a task was last sent with',
    'state',
    /row is not what its history comes to/,
    onRows(`UPDATE task SET last_standing = 'null' WHERE ${nth(0)}`),
  ),
];
