import Fastify from 'fastify';
import { anchorTask, atWork } from './anchor';

/** What becomes of each body. */
export interface Taker {
  /** Resolves when the request may be answered 200. */
  readonly take: (body: Buffer) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Bare Fastify: takes the bytes of POST /notify/mps as they are, answers when `take` has resolved, and counts. */
export async function serveNotifications({ take, close }: Taker): Promise<void> {
  let [items, bytes] = [0, 0];
  const app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.post<{ Body: Buffer }>('/notify/mps', async ({ body }) => {
    await take(body);
    items += 1;
    bytes += body.length;
    return { ok: true };
  });
  await app.listen({ port: anchorTask().port ?? 0, host: '127.0.0.1' });
  atWork(async () => {
    await app.close();
    await close();
    return { items, seconds: 0, checks: { bytes } };
  });
}
