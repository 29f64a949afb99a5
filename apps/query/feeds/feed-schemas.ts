import { Type } from 'typebox';
import { POSITION_PATTERN } from '@mps-ledger/records';
import { ref, flag } from '../contract/schema-parts';

const position = (description: string) => Type.String({ pattern: POSITION_PATTERN, description });

/** The schemas of feeds. */
export const FEED_SCHEMAS = {
  Change: Type.Object({
    position: position('After this item: give it as after to continue behind it'),
    event: ref('FeedEvent'),
  }),
  FeedEvent: Type.Object(
    {
      specversion: Type.Literal('1.0'),
      id: Type.String(),
      source: Type.String(),
      type: Type.String(),
      data: Type.Unknown(),
    },
    {
      additionalProperties: true,
      description:
        'A CloudEvent in JSON. A fact is byte for byte as on the log; of a state change, time is when the log took the notification that it came with. The schema of data is at /schemas',
    },
  ),
  Changes: Type.Object({
    items: Type.Array(ref('Change'), {
      description: 'In the order of the log in each partition; between partitions in any order',
    }),
    position: position(
      'After everything that was looked at, also what a filter leaves out: give it as after to continue',
    ),
    caught_up: flag('Nothing is left in the rows, which are as old as Ledger-Lag-Ms says. False: continue at once'),
  }),
} as const;
