import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { QueryPipe, Schemas, type Given } from '@mps-ledger/platform';
import { BAD_PARAMETER, GONE_POSITION, GONE_RECEIPT, Read } from '../contract/read';
import type { Answer } from '../http/answer';
import { NOT_OF_LISTS } from '../http/parameters';
import { ClientWait, type WaitOptions } from '../http/request-parts';
import type { Service } from '../query-context';
import { GET_NOTIFICATION, GET_NOTIFICATION_BODY, LIST_NOTIFICATIONS } from '../tokens';
import type { getNotification } from './get-notification';
import type { getNotificationBody } from './get-notification-body';
import type { listNotifications } from './list-notifications';
import { NOTIFICATION_NAME, NOTIFICATION_PARAMETERS, NOTIFICATIONS_PARAMETERS } from './notification-parameters';
import { NOTIFICATION_SCHEMAS } from './notification-schemas';

const RECEIPT =
  'The receipt that ingest answered: r1.<log id>.<L>.<partition>.<offset>.<check>, where L is the generation of the log, and the check is the first 6 hex digits of the SHA-256 of the notification id as text';

@Controller('/v1/notifications')
@Schemas(NOTIFICATION_SCHEMAS)
export class NotificationsController {
  constructor(
    @Inject(GET_NOTIFICATION) private readonly get: Service<typeof getNotification>,
    @Inject(GET_NOTIFICATION_BODY) private readonly body: Service<typeof getNotificationBody>,
    @Inject(LIST_NOTIFICATIONS) private readonly list: Service<typeof listNotifications>,
  ) {}

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
    @Param('receipt') name: string,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    return this.get({ name, minPosition: given.min_position ?? null, ...wait });
  }

  @Get('/:receipt/body')
  @Read({
    id: 'getNotificationBody',
    scope: 'operate',
    summary: 'The exact bytes of one notification, as they were received',
    description: 'From the optional projection raw, which has its own progress.',
    pathParameters: {
      receipt: { schema: NOTIFICATION_NAME, description: `${RECEIPT}, or the id of a notification` },
    },
    query: NOTIFICATION_PARAMETERS,
    answer: 'bytes',
    answerHeaders: ['Repr-Digest', 'Ledger-Content-Type'],
    problems: {
      400: '`bad-receipt`, `receipt-without-partition`, `bad-parameter`',
      404: '`notification-not-found`; `body-not-kept`: the projection raw is off, or the notification was rejected',
      410: `\`body-erased\`; \`body-removed\`: older than the retention; \`body-missing\`; ${GONE_RECEIPT}; ${GONE_POSITION}`,
    },
  })
  getNotificationBody(
    @Query(new QueryPipe(NOTIFICATION_PARAMETERS)) given: Given<typeof NOTIFICATION_PARAMETERS>,
    @Param('receipt') name: string,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    return this.body({ name, minPosition: given.min_position ?? null, ...wait });
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
    @Query(new QueryPipe(NOTIFICATIONS_PARAMETERS, NOT_OF_LISTS)) given: Given<typeof NOTIFICATIONS_PARAMETERS>,
    @ClientWait() wait: WaitOptions,
  ): Promise<Answer> {
    const { limit, cursor, fields, min_position: minPosition = null, ...filter } = given;
    return this.list({ filter, cursor, limit, fields, minPosition, ...wait });
  }
}
