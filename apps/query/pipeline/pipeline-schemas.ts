import { Type } from 'typebox';
import { POSITION_PATTERN } from '@mps-ledger/records';
import { count, flag, orNull, text, textOrNull, time } from '../contract/schema-parts';
import { VERDICTS } from './balances';

const timeOrNull = (description: string) => orNull(Type.String({ format: 'date-time' }), description);
const secondsOrNull = (description: string) => orNull(Type.Number({ minimum: 0 }), description);
const countOrNull = (description: string) => orNull(Type.Integer({ minimum: 0 }), description);

const partition = Type.Object({
  partition: count('Its number'),
  position: count('The next event offset to apply'),
  raw_position: count('Each raw offset below it is accounted for: derived, and applied or parked'),
  complete_as_of: timeOrNull(
    'Everything acknowledged for it before this time is in the rows; null until that is known',
  ),
  lag: Type.Object({
    seconds: secondsOrNull('How long ago that was'),
    notifications: countOrNull(
      'Raw records that are not accounted for: at least so many, as far as the projector has seen the log; null where it has not looked lately',
    ),
    events: countOrNull(
      'Event records that are not applied, as the projector saw the event log a moment ago; null where it has not looked lately',
    ),
  }),
});

const hole = Type.Object({
  partition: count('Its number'),
  from: count('The first raw offset that was received and not derived'),
  to: count('Some of the raw offsets below this one'),
  passed_over: flag(
    'Later records are derived: run "npm run derive -- --again". Else nothing after them is derived either',
  ),
});

const parked = Type.Object({
  count: count('Records that could not be applied'),
  is_more: flag('There are more than the 10,000 that were looked at'),
  reasons: Type.Array(
    Type.Object({
      reason: text('Why, in words'),
      count: count('Records with this reason'),
      first_logged: time('When the log took the first of them'),
      last_logged: time('When the log took the last of them'),
    }),
    { description: 'The 20 most frequent' },
  ),
});

const rejected = Type.Object({
  notification_id: textOrNull('GET /v1/notifications/{id} says more'),
  account: textOrNull('Account of its source'),
  source: textOrNull('Id of the source'),
  received: timeOrNull('When it was received'),
  reason: textOrNull('Why it was rejected'),
});

const source = Type.Object({
  source: text('Id of the configured source'),
  account: text('Its account'),
  last_received: time('When it last brought something that is applied or rejected'),
  last_rejected: timeOrNull('When it last brought something that is no notification; null: never'),
  silent_seconds: secondsOrNull('How long ago it last brought something'),
});

const build = Type.Object({
  build: text('Schema of its tables'),
  state: Type.Enum(['live'], { description: 'live: it is read' }),
  fold_version: countOrNull('Version of the fold that writes it'),
  log_id: text('The log that it is made of'),
  log_generation: count('Which copy of the log'),
  event_generation: count('Which derivation in it'),
});

const balance = Type.Object({
  name: Type.Enum(['notifications', 'rejected', 'events']),
  meaning: text('What must be equal'),
  verdict: Type.Enum([...VERDICTS], {
    description:
      'under-way: some records are not in the rows yet. unbalanced: some will not come without help. unknown: it cannot be said now',
  }),
  why: textOrNull('Why it is not balanced'),
  received: countOrNull('Records that came, by offsets'),
  applied: count('Records that are in the rows, by offsets'),
  waiting: countOrNull('The difference'),
});

/** The schema of the answer about the pipeline. */
export const PIPELINE_SCHEMAS = {
  Pipeline: Type.Object(
    {
      state: Type.Enum(['fresh', 'behind', 'unknown'], {
        description:
          'fresh: the rows were complete at most 5 s ago. behind: that is longer ago, so the projector does not run or does not keep up. unknown: they never were, of some partition',
      }),
      complete_as_of: timeOrNull('Everything acknowledged before this time is in the rows, of every topic'),
      lag_seconds: secondsOrNull('How long ago that was, by the clock of the database'),
      position: Type.String({ pattern: POSITION_PATTERN, description: 'How far the rows are, as in Ledger-Position' }),
      partitions: Type.Array(partition),
      holes: Type.Array(hole, { description: 'Partitions with raw records that should have been derived' }),
      parked: orNull(parked, 'Null for a key of some accounts'),
      rejected: Type.Object({ last: orNull(rejected, 'The last rejected notification') }),
      sources: Type.Array(source, {
        description: 'Newest first. What earlier builds derived does not say by which source it came',
      }),
      sources_cut: flag('There are more sources than were looked at'),
      builds: Type.Array(build),
      balances: Type.Array(balance),
      unknown: Type.Array(
        Type.Object({ member: text('A member that is null'), why: text('Why, and where else it can be read') }),
      ),
    },
    { description: 'How far everything is' },
  ),
} as const;
