import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';

import { Body, Controller, Get, Module, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { exchange, rawConnection } from '../testing/raw-connection';
import { makeHealth } from '../health/make-health';
import { silentLogger } from '../logging/make-logger';
import { makeMetrics } from '../metrics/make-metrics';
import { httpApplication, type HttpApplication, type HttpApplicationOptions } from './http-application';
import type { ProblemForm } from './problem-form';
import { givenContentType } from './request-context';

jest.setTimeout(60_000);

@Controller()
class EchoController {
  @Get('hello')
  hello() {
    return { hello: true };
  }

  @Get('half')
  half(@Res() reply: FastifyReply) {
    reply.raw.writeHead(200).write('half an answer');
    throw new Error('in the middle');
  }

  @Post('echo')
  echo(@Body() body: unknown, @Req() request: FastifyRequest) {
    return { bytes: Buffer.isBuffer(body) ? body.toString('latin1') : body, type: givenContentType(request) };
  }

  @Post('read')
  async read(@Req() request: FastifyRequest) {
    return { read: await text(request.raw) };
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const open: HttpApplication[] = [];

async function start(options: Partial<HttpApplicationOptions> = {}): Promise<HttpApplication> {
  const http = await httpApplication({
    name: 'spec',
    module: EchoModule,
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger(),
    metrics: makeMetrics({ processMetrics: false }),
    health: makeHealth(),
    ...options,
    limits: { checkEveryMs: 50, closeMs: 500, ...options.limits },
  });
  open.push(http);
  return http;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()));
});

/** Some containers have none. */
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

(hasIpv6 ? test : test.skip).each(['::1', '[::1]', '::', '[::]'])(
  'a listener on %s is reached over IPv6, and says where it is',
  async (host) => {
    const http = await start({ host });
    expect(http.url).toBe(`http://[::1]:${http.port}`);
    expect(await (await fetch(`${http.url}/hello`)).json()).toEqual({ hello: true });
  },
);

test('an address that this machine does not have is reported, with what to do', async () => {
  for (const host of ['fe80::1', '2001:db8::1', '[2001:db8::1]', 'no-such-host.invalid']) {
    await expect(start({ host })).rejects.toMatchObject({ code: 'address-unknown', exitCode: 1 });
  }
});

test('without keys, what the target in absolute form names counts, whatever Host says', async () => {
  const { port } = await start({ access: { apiKeys: [] } });
  const statusOf = async (target: string, host: string) =>
    parse(await exchange(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${CLOSE}\r\n`)).status;
  expect(await statusOf('http://localhost/hello', 'localhost')).toBe(200);
  for (const [target, host] of [
    ['http://evil.com/hello', 'localhost'],
    ['http://evil.com?.localhost/hello', 'localhost'],
    ['http://user@localhost/hello', 'localhost'],
    ['/hello', 'evil.com#.localhost'],
    ['/hello', ''],
    ['/hello', 'localhost:80:80'],
  ] as const)
    expect([target, host, await statusOf(target, host)]).toEqual([target, host, 421]);
});

const HOST = 'Host: localhost\r\n';
const CLOSE = 'Connection: close\r\n';

/** Status, header fields and body of a raw answer. */
function parse(text: string) {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  const body = rest.join('\r\n\r\n');
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}

/** The answer is a problem, whole, and the same id is in its header and its body. */
function expectProblem(text: string, status: number, code: string) {
  const answer = parse(text);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const problem = JSON.parse(answer.body);
  expect(problem).toMatchObject({ status, code, type: `urn:mps-ledger:problem:${code}`, title: expect.any(String) });
  expect(answer.status).toBe(status);
  expect(problem.request_id).toBe(answer.headers['x-request-id']);
  return { ...answer, problem };
}

describe('what is not well-formed HTTP is answered as a problem', () => {
  test.each([
    ['nonsense', 'this is not HTTP\r\n\r\n', 400, 'malformed-http'],
    ['a TLS greeting', Buffer.from('16030100c8010000c40303', 'hex'), 400, 'malformed-http'],
    ['an unknown method', `FROBNICATE / HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed-http'],
    ['a header without a name', `GET /hello HTTP/1.1\r\n${HOST}: x\r\n\r\n`, 400, 'malformed-http'],
    ['a header flood', `GET /hello HTTP/1.1\r\n${HOST}X: ${'x'.repeat(70_000)}\r\n\r\n`, 431, 'headers-too-large'],
    [
      'many headers',
      `GET /hello HTTP/1.1\r\n${HOST}${`${'X'.repeat(60)}: y\r\n`.repeat(1500)}\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'two lengths',
      `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
      'malformed-http',
    ],
    [
      'length and chunks',
      `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'malformed-http',
    ],
    [
      'a bad chunk',
      `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
      'malformed-http',
    ],
    ['no Host', `GET /hello HTTP/1.1\r\n${CLOSE}\r\n`, 400, 'malformed-http'],
    ['two Hosts', `GET /hello HTTP/1.1\r\n${HOST}${HOST}${CLOSE}\r\n`, 400, 'malformed-http'],
    ['CONNECT', `CONNECT example.org:443 HTTP/1.1\r\n${HOST}\r\n`, 405, 'method-not-allowed'],
    [
      'an odd expectation',
      `POST /echo HTTP/1.1\r\n${HOST}Expect: miracles\r\nContent-Length: 1\r\n\r\na`,
      417,
      'expectation-failed',
    ],
    ['a malformed path', `GET /hello%zz HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 400, 'malformed-url'],
    ['an asterisk', `OPTIONS * HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 404, 'not-found'],
    ['a rare method', `PROPFIND /hello HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 405, 'method-not-allowed'],
  ])('%s', async (_title, bytes, status, code) => {
    const http = await start();
    expectProblem(await exchange(http.port, bytes), status, code);
  });
});

/** Where requests have little time, one of a busy machine may itself be late; not many of them, one after the other. */
async function soonServed(url: string): Promise<boolean> {
  for (let tries = 1; tries <= 20; tries += 1) if ((await fetch(url)).status === 200) return true;
  return false;
}

describe('slow and silent clients', () => {
  test('a connection that sends nothing is answered 408 and closed', async () => {
    const http = await start({ limits: { headersMs: 200, requestMs: 5000 } });
    expectProblem(await (await rawConnection(http.port)).received(), 408, 'request-timeout');
  });

  test('so is a header that is never finished', async () => {
    const http = await start({ limits: { headersMs: 200, requestMs: 5000 } });
    expectProblem(await exchange(http.port, `GET /hello HTTP/1.1\r\n${HOST}X-Slow: `), 408, 'request-timeout');
  });

  test.each([
    ['parsed', 'json'],
    ['raw', 'raw'],
  ] as const)('so is a body that is never finished (%s)', async (_title, bodies) => {
    const http = await start({ limits: { headersMs: 200, requestMs: 400 }, bodies });
    const head = `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half":`;
    expectProblem(await exchange(http.port, head), 408, 'request-timeout');
    expect(await soonServed(`${http.url}/hello`)).toBe(true);
  });

  test('a client that goes away in the middle of its body leaves the listener unharmed', async () => {
    const http = await start({ bodies: 'raw' });
    const connection = await rawConnection(http.port);
    connection.send(`POST /echo HTTP/1.1\r\n${HOST}Content-Length: 100\r\n\r\nhalf`);
    connection.socket.resetAndDestroy();
    expect((await fetch(`${http.url}/hello`)).status).toBe(200);
  });

  test('an idle connection is closed after its time', async () => {
    const http = await start({ limits: { keepAliveMs: 100 } });
    const all = await exchange(http.port, `GET /hello HTTP/1.1\r\n${HOST}\r\n`);
    expect(parse(all)).toMatchObject({ status: 200, body: '{"hello":true}' });
  });

  test('connections above the limit are dropped, and the others go on', async () => {
    const http = await start({ limits: { connections: 2 } });
    const kept = [await rawConnection(http.port), await rawConnection(http.port)];
    expect(await exchange(http.port, `GET /hello HTTP/1.1\r\n${HOST}\r\n`)).toBe('');
    kept[0]!.send(`GET /hello HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    expect(parse(await kept[0]!.received()).status).toBe(200);
    kept[1]!.socket.destroy();
  });
});

describe('ordinary use of connections', () => {
  test('pipelined requests are answered in order, a refused one among them', async () => {
    const http = await start();
    const ask = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}`;
    const all = await exchange(http.port, `${ask('/hello')}\r\n${ask('/nothing')}\r\n${ask('/hello')}${CLOSE}\r\n`);
    expect([...all.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404', '200']);
  });

  test('bad HTTP after a good request does not corrupt the first answer', async () => {
    const http = await start();
    const all = await exchange(http.port, `GET /hello HTTP/1.1\r\n${HOST}\r\nnonsense\r\n\r\n`);
    expect([...all.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '400']);
  });

  test('a refused body does not cost the connection, and is not taken for the next request', async () => {
    const http = await start({ limits: { bodyBytes: 10 } });
    const body = 'GET /smuggled HTTP/1.1\r\n\r\n'.repeat(100_000);
    const head = `POST /echo HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const all = await exchange(http.port, `${head}${body}GET /hello HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    expect([...all.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['413', '200']);
  });

  test('a failure in the middle of an answer cuts it off, so that it cannot be taken for a whole one', async () => {
    const http = await start();
    const all = await exchange(http.port, `GET /half HTTP/1.1\r\n${HOST}\r\n`);
    expect(all).toContain('half an answer');
    expect(all).not.toContain('\r\n0\r\n');
    expect((await fetch(`${http.url}/hello`)).status).toBe(200);
  });

  test('a body for an unknown route is neither kept nor waited for', async () => {
    const http = await start();
    const connection = await rawConnection(http.port);
    connection.send(`POST /nothing HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\n\r\n`);
    expect(await connection.received('request_id')).toContain('404');
    connection.socket.destroy();
  });
});

describe('raw bodies', () => {
  test.each(['application/json', 'text/plain; charset=latin1', 'nonsense', ';;;', 'multipart/form-data'])(
    'are handed over as they came, whatever the content type: %s',
    async (type) => {
      const http = await start({ bodies: 'raw' });
      const head = `POST /echo HTTP/1.1\r\n${HOST}${CLOSE}Content-Type: ${type}\r\nContent-Length: 4\r\n\r\n`;
      const answer = parse(
        await exchange(http.port, Buffer.concat([Buffer.from(head), Buffer.from([0, 0xff, 0x22, 0x0a])])),
      );
      expect(JSON.parse(Buffer.from(answer.body, 'latin1').toString())).toEqual({ bytes: '\u0000\u00ff"\n', type });
    },
  );

  test.each(['', 'Content-Length: 0\r\n'])('an empty body is an empty buffer (%j)', async (header) => {
    const http = await start({ bodies: 'raw' });
    const answer = parse(await exchange(http.port, `POST /echo HTTP/1.1\r\n${HOST}${CLOSE}${header}\r\n`));
    expect(JSON.parse(answer.body)).toEqual({ bytes: '', type: null });
  });

  test('one byte too many is 413, declared or not', async () => {
    const http = await start({ bodies: 'raw', limits: { bodyBytes: 10 } });
    const post = `POST /echo HTTP/1.1\r\n${HOST}${CLOSE}`;
    expect(parse(await exchange(http.port, `${post}Content-Length: 10\r\n\r\n0123456789`)).status).toBe(201);
    expectProblem(await exchange(http.port, `${post}Content-Length: 11\r\n\r\n0123456789a`), 413, 'body-too-large');
    expectProblem(
      await exchange(http.port, `${post}Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n`),
      413,
      'body-too-large',
    );
  });

  test('are left to the handler where it wants them so', async () => {
    const http = await start({ bodies: 'unread' });
    for (const type of ['application/json', 'nonsense']) {
      const answer = await fetch(`${http.url}/read`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"a"',
      });
      expect(await answer.json()).toEqual({ read: '{"a"' });
    }
  });
});

test('problems may have a form of their own, also those of what is no request', async () => {
  const problemForm: ProblemForm = ({ code }, id, path) => ({
    ...{ status: 200, contentType: 'application/json', body: JSON.stringify({ code, id, path }) },
  });
  const http = await start({ problemForm, bodies: 'raw', limits: { bodyBytes: 10, headersMs: 200 } });
  const large = `POST /echo HTTP/1.1\r\n${HOST}${CLOSE}Content-Length: 11\r\n\r\n0123456789a`;
  for (const [sent, code, path] of [
    [`GET /nothing?x HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 'not-found', '/nothing'],
    [large, 'body-too-large', '/echo'],
    ['nonsense\r\n\r\n', 'malformed-http'],
    [`GET /hello HTTP/1.1\r\n${HOST}X: ${'x'.repeat(70_000)}\r\n\r\n`, 'headers-too-large'],
    [`GET /hello HTTP/1.1\r\n${HOST}X-Slow: `, 'request-timeout'],
  ] as const) {
    const { status, headers, body } = parse(await exchange(http.port, sent));
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(JSON.parse(body)).toEqual({ code, path, id: headers['x-request-id'] });
  }
});
