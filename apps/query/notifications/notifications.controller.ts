import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOTIFICATION_PARAMETERS, NOTIFICATIONS_PARAMETERS } from '../contract/parameters';
import { answering } from '../http/answering';
import { makeParameterReader } from '../http/parameters';
import type { QueryContext } from '../query-context';
import { QUERY_CONTEXT } from '../tokens';
import { answerAtLeast, atLeast } from '../waiting/min-position';
import { getNotification } from './get-notification';
import { listNotifications } from './list-notifications';
import { notificationsFilterOf } from './list-notifications';

const readListParameters = makeParameterReader(NOTIFICATIONS_PARAMETERS);
const readParameters = makeParameterReader(NOTIFICATION_PARAMETERS);

@Controller('/v1/notifications')
export class NotificationsController {
  constructor(@Inject(QUERY_CONTEXT) private readonly context: QueryContext) {}

  @Get('/:receipt')
  notification(
    @Param('receipt') receipt: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return answering(reply, () => {
      const at = atLeast(readParameters(request.query).min_position, request, reply);
      return answerAtLeast(this.context, at, () => getNotification(this.context, receipt));
    });
  }

  @Get()
  notifications(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { limit, cursor, min_position, ...filters } = readListParameters(request.query);
      const question = { filter: notificationsFilterOf(filters), limit, cursor };
      const at = atLeast(min_position, request, reply);
      return answerAtLeast(this.context, at, () => listNotifications(this.context, question));
    });
  }
}
