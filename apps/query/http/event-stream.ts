import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** An answer that goes on: server-sent events. */
export interface EventStream {
  readonly events: Readable;
  readonly headers: Readonly<Record<string, string>>;
}

export function isEventStream(value: unknown): value is EventStream {
  return (
    typeof (value as { readonly events?: { readonly pipe?: unknown } } | null | undefined)?.events?.pipe === 'function'
  );
}

/** What is sent of it; a HEAD has header fields only. No proxy may keep events back. */
export function sendEventStream({ events, headers }: EventStream, reply: FastifyReply): unknown {
  void reply.headers({
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  if (reply.request.method !== 'HEAD') return events;
  events.destroy();
  return '';
}
