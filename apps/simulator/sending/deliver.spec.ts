import type { HttpResponse, HttpClient } from './client';
import { deliver } from './deliver';

const BODY = Buffer.from('{"EventType":"WorkflowTask"}');
const answer = (status: number, headers: HttpResponse['headers'] = {}, text = ''): HttpResponse => ({
  status,
  headers,
  text,
});
const broken = (code: string): Error => Object.assign(new Error(code), { code });

/** A server that answers, or breaks off, in this order; the last one stays. */
function serverThat(...does: readonly (HttpResponse | Error)[]) {
  const bodies: Buffer[] = [];
  const client: HttpClient = {
    ask: async ({ body }) => {
      bodies.push(body ?? Buffer.alloc(0));
      const next = does[Math.min(bodies.length, does.length) - 1];
      if (next === undefined || next instanceof Error) throw next ?? new Error('nothing');
      return next;
    },
    close: () => undefined,
  };
  const send = (retryForMs = 60_000, stopped = new AbortController().signal) =>
    deliver(BODY, { client, to: 'http://127.0.0.1/notify/mps', retryForMs, stopped });
  return { send, bodies };
}

describe('a send', () => {
  it('is acknowledged with its receipt', async () => {
    const { send } = serverThat(answer(200, { 'ledger-receipt': 'r1.a.1.0.7' }));
    expect(await send()).toEqual({
      outcome: 'acknowledged',
      status: 200,
      receipt: 'r1.a.1.0.7',
      code: null,
      repeats: 0,
    });
  });

  it.each([400, 401, 404, 413, 415])('is refused for good by %s', async (status) => {
    const { send, bodies } = serverThat(answer(status, {}, '{"code":"no"}'));
    expect(await send()).toMatchObject({ outcome: 'refused', status, receipt: null, code: 'no', repeats: 0 });
    expect(bodies).toHaveLength(1);
  });

  it('is repeated with the same bytes until it is answered', async () => {
    const { send, bodies } = serverThat(
      broken('ECONNREFUSED'),
      answer(503),
      broken('ECONNRESET'),
      answer(429),
      answer(200),
    );
    expect(await send()).toMatchObject({ outcome: 'acknowledged', status: 200, repeats: 4 });
    expect(new Set(bodies.map(String))).toEqual(new Set([BODY.toString()]));
  });

  it('waits for Retry-After, but no longer than its upper bound', async () => {
    const { send } = serverThat(answer(503, { 'retry-after': '3600' }), answer(200));
    const began = performance.now();
    expect(await send()).toMatchObject({ outcome: 'acknowledged' });
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it.each([
    ['nobody ever listened', [broken('ECONNREFUSED')], { outcome: 'refused', status: null }],
    ['the connection broke', [broken('ECONNRESET')], { outcome: 'uncertain', status: null }],
    ['the server was unavailable', [answer(503)], { outcome: 'uncertain', status: 503 }],
    [
      'the server has a defect, which is not repeated away',
      [answer(500)],
      { outcome: 'uncertain', status: 500, repeats: 0 },
    ],
    ['it broke, and was refused then', [broken('ECONNRESET'), answer(401)], { outcome: 'uncertain', status: 401 }],
  ])('is given up when the time is over: %s', async (_, does, fate) => {
    expect(await serverThat(...does).send(60)).toMatchObject({ ...fate, receipt: null });
  });

  it('is not repeated once the run is stopped', async () => {
    const { send, bodies } = serverThat(broken('ECONNRESET'));
    expect(await send(60_000, AbortSignal.abort())).toMatchObject({ outcome: 'uncertain', repeats: 0 });
    expect(bodies).toHaveLength(1);
  });
});
