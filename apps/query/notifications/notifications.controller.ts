import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOTIFICATION_PARAMETERS, NOTIFICATIONS_PARAMETERS } from '../contract/parameters';
import { answering } from '../http/answering';
import { makeParameterReader } from '../http/parameters';
import type { Reading } from '../reading';
import { READING } from '../tokens';
import { answerAtLeast, atLeast } from '../waiting/min-position';
import { askNotification } from './ask-notification';
import { askNotifications } from './ask-notifications';
import { notificationsFilterOf } from './notifications-list';

const readListParameters = makeParameterReader(NOTIFICATIONS_PARAMETERS);
const readParameters = makeParameterReader(NOTIFICATION_PARAMETERS);

@Controller('/v1/notifications')
export class NotificationsController {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get('/:receipt')
  notification(
    @Param('receipt') receipt: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return answering(reply, () => {
      const at = atLeast(readParameters(request.query).min_position, request, reply);
      return answerAtLeast(this.reading, at, () => askNotification(this.reading, receipt));
    });
  }

  @Get()
  notifications(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { limit, cursor, min_position, ...filters } = readListParameters(request.query);
      const question = { filter: notificationsFilterOf(filters), limit, cursor };
      const at = atLeast(min_position, request, reply);
      return answerAtLeast(this.reading, at, () => askNotifications(this.reading, question));
    });
  }
}
