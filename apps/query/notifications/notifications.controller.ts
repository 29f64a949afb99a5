import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NO_PARAMETERS, NOTIFICATIONS_PARAMETERS } from '../contract/parameters';
import { answering } from '../http/answering';
import { makeParameterReader } from '../http/parameters';
import type { Reading } from '../reading';
import { READING } from '../tokens';
import { askNotification } from './ask-notification';
import { askNotifications } from './ask-notifications';
import { notificationsFilterOf } from './notifications-list';

const readListParameters = makeParameterReader(NOTIFICATIONS_PARAMETERS);
const readNoParameters = makeParameterReader(NO_PARAMETERS);

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
      readNoParameters(request.query);
      return askNotification(this.reading, receipt);
    });
  }

  @Get()
  notifications(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return answering(reply, () => {
      const { limit, cursor, ...filters } = readListParameters(request.query);
      return askNotifications(this.reading, { filter: notificationsFilterOf(filters), limit, cursor });
    });
  }
}
