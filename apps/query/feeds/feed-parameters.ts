import { Type } from 'typebox';
import { badParameters, type Given } from '@mps-ledger/platform';
import { CLOUD_EVENT_TYPE_PREFIX, parsePosition, POSITION_PATTERN, STATE_CHANGED } from '@mps-ledger/records';
import type { Position } from '@mps-ledger/records';
import type { FeedFilter } from '@mps-ledger/read-model';
import { OUTCOMES, TASK_EVENT_TYPES, TASK_STATUSES } from '@mps-ledger/tasks';
import { account, kind, min_position, oneOf, several } from '../http/parameters';

/** What a feed is made of. */
export type FeedName = 'facts' | 'state-changes';
const FACTS: FeedName = 'facts';
const FEEDS: readonly FeedName[] = [FACTS, 'state-changes'];

/** Items of one answer, where no limit is given. */
const DEFAULT_LIMIT = 100;
const HIGHEST_LIMIT = 1_000;

/** Where the rows are at the moment. */
export const NOW = 'now';

const CHANGE_TYPE = `${CLOUD_EVENT_TYPE_PREFIX}${STATE_CHANGED}`;
const TYPES = [...TASK_EVENT_TYPES.map((type) => `${CLOUD_EVENT_TYPE_PREFIX}${type}`), CHANGE_TYPE];

const ofStateChanges = 'With stream=state-changes.';

export const FEED_PARAMETERS = {
  after: {
    schema: Type.String({ pattern: `^${NOW}$|${POSITION_PATTERN}` }),
    description: `Only what follows this position. ${NOW}: what follows from now on. Default: everything, from the beginning of the log.`,
    allowed: `${NOW}, or a position (p1.<log id>.<L>.<M>.<offset of each partition, joined by ->.<check>)`,
    parse: (text: string): Position | typeof NOW | null => (text === NOW ? NOW : parsePosition(text)),
  },
  stream: {
    schema: Type.Enum([...FEEDS], { default: FACTS }),
    description:
      'facts: the events, exactly as on the log. state-changes: one event of type mps.task-state.changed whenever the status, outcome, error code or confirmation of a task is another than before.',
    allowed: `one of ${FEEDS.join(', ')}`,
  },
  account,
  type: several(oneOf(TYPES, 'Only events of this type.')),
  task_id: several({
    schema: Type.String({ maxLength: 10_000 }),
    description:
      'Only of this task, by its exact TaskId; also of one that comes later. Where several accounts have a task with this TaskId, it is all of theirs (data.account says whose): account decides.',
    allowed: 'a TaskId of up to 10,000 characters',
  }),
  kind: { ...kind, description: `Only of this kind of task. ${ofStateChanges}` },
  status: several(oneOf(TASK_STATUSES, `Only changes to this status. ${ofStateChanges}`)),
  outcome: several(oneOf(OUTCOMES, `Only changes to this outcome. ${ofStateChanges}`)),
  min_position,
};

export const CHANGES_PARAMETERS = {
  ...FEED_PARAMETERS,
  limit: {
    schema: Type.Integer({ minimum: 1, maximum: HIGHEST_LIMIT, default: DEFAULT_LIMIT }),
    description: 'Items at most. There may be fewer, even none, and more to come: only caught_up says.',
    allowed: `a whole number from 1 to ${HIGHEST_LIMIT}`,
  },
};

/** What a reader asks for. */
export interface FeedRequest {
  readonly stream: FeedName;
  readonly filter: Omit<FeedFilter, 'visible'>;
  /** Null: from the beginning. */
  readonly after: Position | typeof NOW | null;
}

/** What the parameters ask for. Throws 400 for a filter that the stream does not have. */
export function feedRequest(given: Omit<Given<typeof FEED_PARAMETERS>, 'min_position'>): FeedRequest {
  const { stream: name, after = null, type, ...filter } = given;
  const stream = FEEDS.find((feed) => feed === name) ?? FACTS;
  const errors = misplaced(stream, given);
  if (errors.length > 0) throw badParameters(errors);
  const ofFacts =
    stream !== FACTS || type === undefined
      ? {}
      : { type: type.map((one) => one.slice(CLOUD_EVENT_TYPE_PREFIX.length)) };
  return { stream, after, filter: { ...filter, ...ofFacts } };
}

/** The stream is what is wrong: each of the values is right with the other one. */
function misplaced(stream: FeedName, given: Parameters<typeof feedRequest>[0]) {
  const { type = [] } = given;
  if (stream !== FACTS) {
    const facts = type.filter((one) => one !== CHANGE_TYPE).join(', ');
    return facts === '' ? [] : wrong(stream, `type is ${CHANGE_TYPE} only; it was given as ${facts}`);
  }
  const only = (['kind', 'status', 'outcome'] as const).filter((name) => given[name] !== undefined);
  if (only.length > 0) return wrong(stream, `an event has no ${only.join(', ')}: ask for stream=state-changes`);
  return type.includes(CHANGE_TYPE) ? wrong(stream, `there is no ${CHANGE_TYPE}: ask for stream=state-changes`) : [];
}

const wrong = (stream: FeedName, why: string) => [{ where: 'query.stream', detail: `With stream=${stream}, ${why}.` }];
