import { Controller, Get, Headers, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { badParameters, QueryPipe, Schemas, type AccessCheck, type Given } from '@mps-ledger/platform';
import { parsePosition } from '@mps-ledger/records';
import { BAD_PARAMETER, GONE_POSITION, Read } from '../contract/read';
import type { Answer } from '../http/answer';
import { ClientWait, type WaitOptions } from '../http/request-parts';
import type { Service } from '../query-context';
import { ACCESS_CHECK, GET_CHANGES, GET_STREAM } from '../tokens';
import { CHANGES_PARAMETERS, FEED_PARAMETERS, feedRequest } from './feed-parameters';
import { FEED_SCHEMAS } from './feed-schemas';
import type { EventStream } from '../http/event-stream';
import type { getChanges } from './get-changes';
import type { getStream } from './get-stream';

export const CHANGES_DESCRIPTION =
  'The way to follow the ledger: give the position of each answer as after of the next request. Every record comes once, in the order of its ' +
  'partition; all records of a task are in one partition. With "Prefer: wait=N" an answer that would have no items waits for the next one.';

const SCOPE = 'subscribe';
const LAST_EVENT_ID = 'header.Last-Event-ID';

const STREAM_DESCRIPTION =
  'Server-sent events. id is the position after the event, event its type, data the CloudEvent. Beside them: caught_up (all rows were sent), ' +
  'position (at the start, and every 15 s where a filter kept everything back or the rows are old), both with position and lag_ms, the age of the rows; ' +
  'lagged (the client is too slow: connect again), reset (the log was set back), closing, key-not-accepted; after each of these four the stream ends. ' +
  'Otherwise as /v1/changes.';

@Controller('/v1')
@Schemas(FEED_SCHEMAS)
export class FeedsController {
  constructor(
    @Inject(GET_CHANGES) private readonly changes: Service<typeof getChanges>,
    @Inject(GET_STREAM) private readonly stream: Service<typeof getStream>,
    @Inject(ACCESS_CHECK) private readonly access: AccessCheck,
  ) {}

  @Get('/changes')
  @Read({
    id: 'getChanges',
    scope: SCOPE,
    summary: 'Events, or changes of tasks, after a position',
    description: CHANGES_DESCRIPTION,
    query: CHANGES_PARAMETERS,
    answer: 'Changes',
    problems: { 400: BAD_PARAMETER, 410: `${GONE_POSITION}. The same of after` },
  })
  getChanges(
    @Query(new QueryPipe(CHANGES_PARAMETERS)) given: Given<typeof CHANGES_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { limit, min_position: minPosition = null, ...feed } = given;
    return this.changes({ ...feedRequest(feed), limit, minPosition, ...wait });
  }

  @Get('/stream')
  @Read({
    id: 'getStream',
    scope: SCOPE,
    summary: 'Events, or changes of tasks, after a position, as they come',
    description: STREAM_DESCRIPTION,
    query: FEED_PARAMETERS,
    headers: {
      Prefer: '`wait=N` (RFC 7240): wait up to N seconds for a position that the rows have not reached; 60 at most',
      'Last-Event-ID':
        'The position of the last event that was received, which a client sends when it connects again: instead of after',
    },
    answer: 'event-stream',
    problems: { 400: BAD_PARAMETER, 410: `${GONE_POSITION}. The same of after and Last-Event-ID` },
  })
  getStream(
    @Query(new QueryPipe(FEED_PARAMETERS)) given: Given<typeof FEED_PARAMETERS>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @ClientWait() wait: WaitOptions,
    @Req() request: FastifyRequest,
  ): Promise<EventStream> {
    const { min_position: minPosition = null, ...feed } = given;
    const asked = feedRequest(feed);
    const resumed = resumption(lastEventId);
    const checkKey = async () => {
      // A stream is one request, however long it is open.
      const problem = await this.access(request, { key: 'required', scope: SCOPE, isCounted: false });
      return problem === undefined ? null : { code: problem.code, detail: problem.detail ?? '' };
    };
    return this.stream({ ...asked, ...resumed, minPosition, ...wait, checkKey });
  }
}

/** Where a client goes on that connects again: it sends the parameters of its first request unchanged. */
function resumption(lastEventId: string | undefined) {
  if (lastEventId === undefined || lastEventId === '') return { given: 'query.after' };
  const after = parsePosition(lastEventId);
  if (after !== null) return { after, given: LAST_EVENT_ID };
  const detail = 'It is no position: send the id of the last event that was received, or omit it.';
  throw badParameters([{ where: LAST_EVENT_ID, detail }]);
}
