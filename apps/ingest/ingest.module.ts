import { Module, type DynamicModule } from '@nestjs/common';
import { BODY_READER, NotifyController, RECEIVE, NOTIFICATION_SOURCES } from './http/notify.controller';
import type { Receive } from './sources/receive';
import type { BodyReader } from './http/request-body';
import type { NotificationSource } from './sources/notification-sources';

export interface IngestModuleOptions {
  readonly sources: readonly NotificationSource[];
  readonly bodies: BodyReader;
  readonly receive: Receive;
}

/** The callback listener. Fastify leaves its bodies unread: the handler reads them once it knows their source. */
@Module({})
export class IngestModule {
  static forRoot({ sources, bodies, receive }: IngestModuleOptions): DynamicModule {
    return {
      module: IngestModule,
      controllers: [NotifyController],
      providers: [
        { provide: NOTIFICATION_SOURCES, useFactory: () => new Map(sources.map((source) => [source.path, source])) },
        { provide: BODY_READER, useFactory: () => bodies },
        { provide: RECEIVE, useFactory: () => receive },
      ],
    };
  }
}
