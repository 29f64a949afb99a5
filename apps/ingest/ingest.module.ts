import { Module, type DynamicModule } from '@nestjs/common';
import { BODIES, NotifyController, RECEIVE, SOURCES } from './http/notify.controller';
import type { Receive } from './sources/receive';
import type { BodyReader } from './http/request-body';
import type { Source } from './sources/sources';

export interface IngestModuleOptions {
  readonly sources: readonly Source[];
  readonly bodies: BodyReader;
  readonly receive: Receive;
}

/** The callback listener. Its bodies are left unread by Fastify: the handler reads them once it knows whose they are. */
@Module({})
export class IngestModule {
  static forRoot({ sources, bodies, receive }: IngestModuleOptions): DynamicModule {
    return {
      module: IngestModule,
      controllers: [NotifyController],
      providers: [
        { provide: SOURCES, useFactory: () => new Map(sources.map((source) => [source.path, source])) },
        { provide: BODIES, useFactory: () => bodies },
        { provide: RECEIVE, useFactory: () => receive },
      ],
    };
  }
}
