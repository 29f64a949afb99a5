import { BadRequestException, Body, Controller, Get, HttpException, Inject, Module, Param, Post } from '@nestjs/common';
import { pino } from 'pino';

import { ConfigurationError } from '../configuration/configuration-error';
import { makeHealth } from '../health/make-health';
import { silentLogger } from '../logging/make-logger';
import { makeMetrics } from '../metrics/make-metrics';
import { httpApplication, type HttpApplication, type HttpApplicationOptions } from './http-application';
import { Problem } from './problem';

const GREETING = 'greeting';

const FAILURES: Record<string, () => unknown> = {
  defect: () => {
    throw new TypeError('the password is hunter2');
  },
  // What is thrown is not always an error.
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  text: () => Promise.reject('a text'),
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  nothing: () => Promise.reject(undefined),
  problem: () => {
    throw new Problem({
      status: 409,
      code: 'two-things',
      title: 'Two things have this name',
      detail: 'Say which.',
      errors: [{ where: 'query.owner', detail: 'is missing' }],
      headers: { 'retry-after': '7' },
      members: { owners: ['a', 'b'], status: 200 },
    });
  },
  nest: () => {
    throw new BadRequestException('a word of Nest');
  },
  teapot: () => {
    throw new HttpException('short and stout', 418);
  },
  unavailable: () => {
    throw new Problem({ status: 503, code: 'log-unavailable', cause: new Error('no route') });
  },
};

@Controller('things')
class ThingsController {
  constructor(@Inject(GREETING) private readonly greeting: string) {}

  @Get(':id')
  one(@Param('id') id: string) {
    return { id, greeting: this.greeting };
  }

  @Post()
  add(@Body() body: unknown) {
    return { body };
  }

  @Get('fail/:how')
  fail(@Param('how') how: string) {
    return FAILURES[how]?.();
  }
}

@Module({ controllers: [ThingsController], providers: [{ provide: GREETING, useValue: 'hello' }] })
class ThingsModule {}

const open: HttpApplication[] = [];

async function make(options: Partial<HttpApplicationOptions> = {}): Promise<HttpApplication> {
  const http = await httpApplication({
    name: 'api',
    module: ThingsModule,
    host: '127.0.0.1',
    port: 0,
    listen: false,
    logger: silentLogger(),
    metrics: makeMetrics({ processMetrics: false }),
    health: makeHealth(),
    ...options,
  });
  open.push(http);
  return http;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()));
});

test('a path that has nothing points to the contract, where the listener serves one', async () => {
  const ask = async (url: string, options: Partial<HttpApplicationOptions>) => {
    const { headers, body } = await (await make(options)).inject(url);
    return [headers['link'], (JSON.parse(body) as { detail: string }).detail];
  };
  const pointing = ['</openapi.json>; rel="service-desc"', expect.stringContaining('/openapi.json')];
  for (const url of ['/nothing', '/', '/things/', '/%F0%9F%98%80'])
    expect(await ask(url, { contract: '/openapi.json' })).toEqual(pointing);
  expect(await ask('/nothing', {})).toEqual([undefined, 'There is nothing at this path.']);
});

describe('every failure is a problem', () => {
  test.each([
    ['GET', '/nothing', 404, 'not-found'],
    ['GET', '/', 404, 'not-found'],
    ['GET', '/things/', 404, 'not-found'],
    ['PUT', '/things/1', 405, 'method-not-allowed'],
    ['OPTIONS', '/things/1', 405, 'method-not-allowed'],
    ['GET', '/things/%zz', 400, 'malformed-url'],
    ['GET', '/things/%ff', 400, 'malformed-url'],
    ['GET', '/things/fail/defect', 500, 'internal-error'],
    ['GET', '/things/fail/text', 500, 'internal-error'],
    ['GET', '/things/fail/nothing', 500, 'internal-error'],
    ['GET', '/things/fail/problem', 409, 'two-things'],
    ['GET', '/things/fail/nest', 400, 'bad-request'],
    ['GET', '/things/fail/teapot', 418, 'i-m-a-teapot'],
    ['GET', '/things/fail/unavailable', 503, 'log-unavailable'],
  ] as const)('%s %s', async (method, url, status, code) => {
    const http = await make();
    const answer = await http.inject({ method, url });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code, instance: url, type: `urn:mps-ledger:problem:${code}` });
    expect(answer.statusCode).toBe(status);
    expect(answer.json().request_id).toBe(answer.headers['x-request-id']);
    expect(answer.body).not.toMatch(/hunter2|\.ts:|stack/);
  });

  test.each([
    ['text/csv', 'a,b', 415, 'unsupported-media-type'],
    [';;;', '{}', 415, 'unsupported-media-type'],
    ['application/json', '{', 400, 'body-not-json'],
    ['application/json', '', 400, 'body-not-json'],
    ['application/json', '{"__proto__":{}}', 400, 'body-not-json'],
    ['application/json', JSON.stringify('x'.repeat(200)), 413, 'body-too-large'],
  ])('a body of %s', async (type, payload, status, code) => {
    const http = await make({ limits: { bodyBytes: 100 } });
    const answer = await http.inject({ method: 'POST', url: '/things', headers: { 'content-type': type }, payload });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code });
  });

  test('a problem carries all it was given, and its own members win', async () => {
    const http = await make();
    const answer = await http.inject('/things/fail/problem?owner=');
    expect(answer.headers['retry-after']).toBe('7');
    expect(answer.json()).toEqual({
      type: 'urn:mps-ledger:problem:two-things',
      title: 'Two things have this name',
      status: 409,
      detail: 'Say which.',
      instance: '/things/fail/problem',
      code: 'two-things',
      errors: [{ where: 'query.owner', detail: 'is missing' }],
      owners: ['a', 'b'],
      request_id: answer.headers['x-request-id'],
    });
  });

  test('405 names the methods there are', async () => {
    const http = await make();
    expect((await http.inject({ method: 'DELETE', url: '/things/a%2Fb' })).headers.allow).toBe('GET, HEAD');
    expect((await http.inject({ method: 'GET', url: '/things?x=/y' })).headers.allow).toBe('POST');
  });
});

describe('what is logged', () => {
  async function logOf(urls: readonly string[]) {
    const lines: Record<string, unknown>[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const http = await make({ logger });
    for (const url of urls) await http.inject({ url, headers: { 'x-request-id': 'id-1' } });
    return lines;
  }

  test('an unforeseen failure, with its stack, under its request id, by route and not by path', async () => {
    const [line, ...more] = await logOf(['/things/fail/defect']);
    expect(line).toMatchObject({ level: 50, request_id: 'id-1', route: '/things/fail/:how', status: 500 });
    expect(line).toMatchObject({ err: { message: 'the password is hunter2', stack: expect.stringContaining('at ') } });
    expect(more).toEqual([]);
  });

  test("nothing of a client's own mistakes", async () => {
    expect(await logOf(['/nothing', '/things/%zz', '/things/fail/problem'])).toEqual([]);
  });

  test('a 5xx said on purpose once, not for each request', async () => {
    const lines = await logOf(Array<string>(20).fill('/things/fail/unavailable'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ code: 'log-unavailable', err: { message: 'no route' } });
  });
});

describe('request ids', () => {
  test('are echoed, or made where the given one is unfit', async () => {
    const http = await make();
    const idOf = async (given: string) =>
      (await http.inject({ url: '/things/1', headers: { 'x-request-id': given } })).headers['x-request-id'];
    expect(await idOf('abc-123')).toBe('abc-123');
    expect(await idOf('with space')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf('x'.repeat(129))).toMatch(/^[0-9a-f-]{36}$/);
    expect((await http.inject('/things/1')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('access', () => {
  const KEY = 'a-key-of-some-length';

  test('without keys, only requests that name a loopback host are served', async () => {
    const http = await make({ access: { apiKeys: [] } });
    const statusFor = async (host: string) => (await http.inject({ url: '/things/1', headers: { host } })).statusCode;
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST:1', '127.1.2.3']) {
      expect([host, await statusFor(host)]).toEqual([host, 200]);
    }
    for (const host of [
      'evil.example',
      'evil.example:8080',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      'localhost.evil.example',
      '[::2]',
      'evil.com#.localhost',
      'evil.com@localhost',
    ]) {
      expect([host, await statusFor(host)]).toEqual([host, 421]);
    }
  });

  test('with keys, each request needs one of them', async () => {
    const http = await make({ access: { apiKeys: [KEY, 'another-key-as-good'] }, probes: true });
    const ask = async (url: string, authorization?: string) =>
      http.inject({
        url,
        headers: { host: 'ledger.example', ...(authorization === undefined ? {} : { authorization }) },
      });
    expect((await ask('/things/1', `Bearer ${KEY}`)).statusCode).toBe(200);
    expect((await ask('/things/1', 'bearer another-key-as-good')).statusCode).toBe(200);
    for (const wrong of [
      undefined,
      KEY,
      `Basic ${KEY}`,
      'Bearer',
      `Bearer ${KEY}x`,
      `Bearer ${KEY.slice(1)}`,
      'Bearer  ',
    ]) {
      const answer = await ask('/things/1', wrong);
      expect([wrong, answer.statusCode]).toEqual([wrong, 401]);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
  });

  test('with keys, the probes need none, but the metrics do, and an unknown path reveals nothing', async () => {
    const http = await make({ access: { apiKeys: [KEY] }, probes: true });
    const statusOf = async (url: string) => (await http.inject(url)).statusCode;
    expect(await statusOf('/livez')).toBe(200);
    expect(await statusOf('/readyz?verbose')).toBe(200);
    for (const url of [
      '/metrics',
      '/nothing',
      '/livez/x',
      '/livez/../things/1',
      '//livez',
      '/things/livez',
      '/things/',
    ]) {
      expect([url, await statusOf(url)]).toEqual([url, 401]);
    }
    const refused = await http.inject('/metrics');
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(refused.json()).toMatchObject({
      status: 401,
      code: 'key-missing',
      request_id: expect.any(String) as string,
    });
  });

  test('a listener for other machines without keys refuses to start', async () => {
    const refused = make({ host: '0.0.0.0', access: { apiKeys: [] } });
    await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
    await expect(refused).rejects.toMatchObject({ exitCode: 2, mistakes: [{ key: 'API_HOST' }] });
  });
});

describe('probes', () => {
  test('readiness is 503 with the names of failing checks, and with reasons when verbose', async () => {
    const health = makeHealth();
    const http = await make({ health, probes: true });
    expect((await http.inject('/readyz')).json()).toEqual({ status: 'ready' });
    health.check('database', () => 'no connection yet');
    health.check('log', () => null);
    const answer = await http.inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: 'not-ready', failing: ['database'] }]);
    expect((await http.inject('/readyz?verbose')).json()).toEqual({
      status: 'not-ready',
      checks: [
        { name: 'database', ok: false, reason: 'no connection yet' },
        { name: 'log', ok: true, reason: null },
      ],
    });
  });

  const REASON = 'connect ECONNREFUSED 10.1.2.3:5432 (ledger@db.internal)';
  const KEY = 'a-key-of-some-length';

  async function verboseReasons(options: Partial<HttpApplicationOptions>, authorization?: string) {
    const lines: Record<string, unknown>[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const health = makeHealth();
    health.check('database', () => REASON);
    health.check('log', () => null);
    const http = await make({ health, probes: true, logger, ...options });
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await http.inject({ url: '/readyz?verbose', headers });
    await http.inject({ url: '/readyz?verbose', headers });
    const { checks } = answer.json<{ checks: { name: string; ok: boolean; reason: string | null }[] }>();
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['database', false],
      ['log', true],
    ]);
    expect(checks[1]?.reason).toBeNull();
    return { reason: checks[0]?.reason, logged: lines.map(({ check, reason }) => [check, reason]) };
  }

  test.each([
    ['with keys, on every address', { host: '0.0.0.0', access: { apiKeys: [KEY] } }],
    ['with keys, on loopback', { access: { apiKeys: [KEY] } }],
    ['without keys, on every address', { host: '0.0.0.0' }],
    ['without keys, on every IPv6 address', { host: '::' }],
  ])('%s, readiness shows no reason without a key, and logs it once', async (_, options) => {
    for (const authorization of [undefined, 'Bearer another-key-of-some-length']) {
      const { reason, logged } = await verboseReasons(options, authorization);
      expect(reason).toMatch(/^shown .*in the log/);
      expect(logged).toEqual([['database', REASON]]);
    }
  });

  test.each([
    ['on loopback without keys', {}, undefined],
    ['on IPv6 loopback without keys', { host: '[::1]' }, undefined],
    ['to who has a key', { host: '0.0.0.0', access: { apiKeys: [KEY] } }, `Bearer ${KEY}`],
  ])('readiness tells its reasons %s', async (_, options, authorization) => {
    expect(await verboseReasons(options, authorization)).toEqual({ reason: REASON, logged: [] });
  });

  test('verbose is given once, without a value or with true or false; other parameters are not looked at', async () => {
    const http = await make({ probes: true });
    const ask = async (query: string) => {
      const answer = await http.inject(`/readyz${query}`);
      const body = answer.json<{ checks?: unknown; errors?: { where: string }[] }>();
      return [answer.statusCode, body.checks !== undefined, body.errors?.[0]?.where];
    };
    for (const query of ['?verbose', '?verbose=', '?verbose=true', '?x=1&verbose'])
      expect([query, await ask(query)]).toEqual([query, [200, true, undefined]]);
    for (const query of ['', '?verbose=false', '?x=1', '?Verbose'])
      expect([query, await ask(query)]).toEqual([query, [200, false, undefined]]);
    for (const query of ['?verbose=1', '?verbose=TRUE', '?verbose&verbose', '?verbose=%00', '?verbose=true%20'])
      expect([query, await ask(query)]).toEqual([query, [400, false, 'query.verbose']]);
  });

  test('shutting down: not ready at once, alive all the same, answers close their connections', async () => {
    const health = makeHealth();
    const http = await make({ health, probes: true });
    health.beginShutdown();
    const ready = await http.inject('/readyz');
    expect([ready.statusCode, ready.json(), ready.headers.connection]).toEqual([
      503,
      { status: 'shutting-down' },
      'close',
    ]);
    expect((await http.inject('/livez')).statusCode).toBe(200);
    expect((await http.inject('/things/1')).statusCode).toBe(200);
  });

  test('the metrics count requests by route', async () => {
    const http = await make({ probes: true });
    await http.inject('/things/1');
    await http.inject('/things/2');
    await http.inject('/nothing');
    const text = (await http.inject('/metrics')).body;
    expect(text).toContain(
      'mps_ledger_http_requests_total{listener="api",method="GET",route="/things/:id",status="200"} 2',
    );
    expect(text).toContain(
      'mps_ledger_http_requests_total{listener="api",method="GET",route="unknown",status="404"} 1',
    );
  });

  test('several listeners of one process share a registry', async () => {
    const metrics = makeMetrics({ processMetrics: false });
    const [one, two] = [await make({ metrics, name: 'one' }), await make({ metrics, name: 'two', probes: true })];
    await one.inject('/things/1');
    expect((await two.inject('/metrics')).body).toContain(
      '{listener="one",method="GET",route="/things/:id",status="200"} 1',
    );
  });
});

test('an id of 10 kB, percent-encoded throughout, is one parameter', async () => {
  const http = await make();
  const id = `媒/"\n%\u0000${'é'.repeat(5000)}`;
  const answer = await http.inject(`/things/${encodeURIComponent(id)}`);
  expect(answer.json()).toEqual({ id, greeting: 'hello' });
});
