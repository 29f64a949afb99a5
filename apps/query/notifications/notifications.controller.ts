import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QueryPipe, Schemas, type Given } from '@mps-ledger/platform';
import { BAD_PARAMETER, GONE_POSITION, GONE_RECEIPT, Read } from '../contract/read';
import { answering } from '../http/answering';
import type { QueryContext } from '../query-context';
import { QUERY_CONTEXT } from '../tokens';
import { answerAtLeast, atLeast } from '../waiting/min-position';
import { getNotification } from './get-notification';
import { listNotifications } from './list-notifications';
import { NOTIFICATION_NAME, NOTIFICATION_PARAMETERS, NOTIFICATIONS_PARAMETERS } from './notification-parameters';
import { NOTIFICATION_SCHEMAS } from './notification-schemas';

const RECEIPT =
  'The receipt that ingest answered: r1.<log id>.<L>.<partition>.<offset>.<check>, where L is the generation of the log, and the check is the first 6 hex digits of the SHA-256 of the notification id as text';

@Controller('/v1/notifications')
@Schemas(NOTIFICATION_SCHEMAS)
export class NotificationsController {
  constructor(@Inject(QUERY_CONTEXT) private readonly context: QueryContext) {}

  @Get('/:receipt')
  @Read({
    id: 'getNotification',
    summary: 'The state of one notification',
    pathParameters: {
      receipt: {
        schema: NOTIFICATION_NAME,
        description: `${RECEIPT}, or the id of a notification (rejected ones have no receipt)`,
      },
    },
    query: NOTIFICATION_PARAMETERS,
    answer: 'Notification',
    problems: {
      400: '`bad-receipt`, `receipt-without-partition`, `bad-parameter`',
      404: '`notification-not-found`',
      410: `${GONE_RECEIPT}; ${GONE_POSITION}`,
    },
  })
  getNotification(
    @Query(new QueryPipe(NOTIFICATION_PARAMETERS)) given: Given<typeof NOTIFICATION_PARAMETERS>,
    @Param('receipt') receipt: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const at = atLeast(given.min_position ?? null, request, reply);
    return answering(reply, () => answerAtLeast(this.context, at, () => getNotification(this.context, receipt)));
  }

  @Get()
  @Read({
    id: 'listNotifications',
    summary: 'Derived and rejected notifications, newest first',
    description:
      'The headers say how fresh the derived ones are. Rejected ones come by another topic and may appear a moment later.',
    query: NOTIFICATIONS_PARAMETERS,
    answer: 'NotificationList',
    paged: true,
    problems: { 400: BAD_PARAMETER, 410: GONE_POSITION },
  })
  listNotifications(
    @Query(new QueryPipe(NOTIFICATIONS_PARAMETERS)) given: Given<typeof NOTIFICATIONS_PARAMETERS>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { limit, cursor, min_position = null, ...filter } = given;
    const at = atLeast(min_position, request, reply);
    return answering(reply, () =>
      answerAtLeast(this.context, at, () => listNotifications(this.context, { filter, limit, cursor })),
    );
  }
}
