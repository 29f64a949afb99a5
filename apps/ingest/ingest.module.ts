import { Module, type DynamicModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { BODIES, NotifyController, RECEIVE, SOURCES } from './notify.controller';
import type { Receive } from './receive';
import { makeBodyReader } from './request-body';
import type { Source } from './sources';

export interface IngestModuleOptions {
  readonly sources: readonly Source[];
  readonly receive: Receive;
}

/** The callback listener. */
@Module({})
export class IngestModule {
  static forRoot({ sources, receive }: IngestModuleOptions): DynamicModule {
    return {
      module: IngestModule,
      controllers: [NotifyController],
      providers: [
        { provide: SOURCES, useValue: new Map(sources.map((source) => [source.path, source])) },
        { provide: RECEIVE, useValue: receive },
        {
          provide: BODIES,
          useFactory: (host: HttpAdapterHost) => {
            leaveBodiesUnread(host.httpAdapter.getInstance<FastifyInstance>());
            return makeBodyReader();
          },
          inject: [HttpAdapterHost],
        },
      ],
    };
  }
}

/** The handler reads the body itself, once it knows whose it is, whatever the content type says of it. */
function leaveBodiesUnread(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, _payload, done) => {
    done(null);
  });
  instance.addHook('onRequest', (request, _reply, done) => {
    // Fastify refuses a malformed content type before it looks for a parser; the raw headers still have the original.
    if (request.headers['content-type'] !== undefined) request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  });
}
