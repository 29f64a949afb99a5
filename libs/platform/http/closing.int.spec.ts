import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

import {
  Controller,
  Get,
  Inject,
  Module,
  Req,
  Res,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { eventually } from '@mps-ledger/spec-kit';

import { rawConnection } from '../testing/raw-connection';
import { makeHealth } from '../health/make-health';
import { silentLogger } from '../logging/make-logger';
import { makeMetrics } from '../metrics/make-metrics';
import { httpApplication, type HttpApplication, type HttpApplicationOptions } from './http-application';
import { closingSignal } from './request-hooks';

jest.setTimeout(60_000);

const HAS_IPV6 = Object.values(networkInterfaces()).some((found) => found?.some(({ address }) => address === '::1'));

/** A gate at which requests wait, and which says when one has come. */
class Gate {
  open = (): void => undefined;
  private readonly opened = new Promise<void>((resolve) => (this.open = resolve));
  reach = (): void => undefined;
  readonly reached = new Promise<void>((resolve) => (this.reach = resolve));

  async pass(signal?: AbortSignal): Promise<string> {
    this.reach();
    const closing = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    await Promise.race([this.opened, closing]);
    return signal?.aborted === true ? 'closing' : 'opened';
  }
}

@Controller()
class GateController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Get('gate')
  async wait() {
    return { passed: await this.gate.pass() };
  }

  @Get('wait')
  async waitAsLongAsPossible(@Req() request: FastifyRequest) {
    return { passed: await this.gate.pass(closingSignal(request)) };
  }

  @Get('stream')
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-length': 6 }).write('begun ');
    await this.gate.pass(closingSignal(request));
    reply.raw.end();
  }

  @Get('hello')
  hello() {
    return { hello: true };
  }
}

@Module({ controllers: [GateController], providers: [{ provide: Gate, useFactory: () => new Gate() }] })
class GateModule implements OnModuleDestroy, OnApplicationShutdown {
  static destroyed = 0;

  onModuleDestroy(): void {
    GateModule.destroyed += 1;
  }

  onApplicationShutdown(): void {
    // Only its place in the order matters.
  }
}

function start(options: Partial<HttpApplicationOptions> = {}): Promise<HttpApplication> {
  return httpApplication({
    name: 'spec',
    module: GateModule,
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger(),
    metrics: makeMetrics({ processMetrics: false }),
    health: makeHealth(),
    limits: { closeMs: 30_000 },
    ...options,
  });
}

async function took(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

describe('closing', () => {
  test('finishes what is under way, on a connection that it then closes, and takes nothing new', async () => {
    const http = await start();
    const gate = http.nest.get(Gate);
    const connection = await rawConnection(http.port);
    connection.send(ask('/gate'));
    await gate.reached;
    const closing = http.close();
    await expect(fetch(`${http.url}/hello`)).rejects.toThrow();
    gate.open();
    const text = await connection.received();
    expect(text).toContain('{"passed":"opened"}');
    expect(text).toContain('connection: close');
    expect(await took(() => closing)).toBeLessThan(10_000);
  });

  test('runs the hooks of the module in order: destroyed first, shut down once no request is in flight', async () => {
    const http = await start();
    const gate = http.nest.get(Gate);
    const connection = await rawConnection(http.port);
    connection.send(ask('/gate'));
    await gate.reached;
    const order: string[] = [];
    const module = http.nest.get(GateModule);
    jest.spyOn(module, 'onModuleDestroy').mockImplementation(() => void order.push('destroyed'));
    jest.spyOn(module, 'onApplicationShutdown').mockImplementation(() => void order.push('shut down'));
    const closing = http.close();
    await eventually(() => http.closing.aborted);
    expect(order).toEqual(['destroyed']);
    const answered = connection.received().then(() => order.push('answered'));
    gate.open();
    await Promise.all([closing, answered]);
    expect(order.slice(1).sort()).toEqual(['answered', 'shut down']);
  });

  test('does not wait for idle connections, used or never used', async () => {
    const http = await start();
    const [used, unused] = [await rawConnection(http.port), await rawConnection(http.port)];
    used.send(ask('/hello'));
    await used.received('hello":true');
    expect(await took(() => http.close())).toBeLessThan(10_000);
    await Promise.all([used.received(), unused.received()]);
  });

  test('ends waiting requests', async () => {
    const http = await start();
    const connection = await rawConnection(http.port);
    connection.send(ask('/wait'));
    await http.nest.get(Gate).reached;
    expect(await took(() => http.close())).toBeLessThan(10_000);
    expect(await connection.received()).toContain('{"passed":"closing"}');
  });

  test('closes a connection whose answer had begun before, once that is at its end', async () => {
    const http = await start();
    const connection = await rawConnection(http.port);
    connection.send(ask('/stream'));
    await connection.received('begun ');
    expect(await took(() => http.close())).toBeLessThan(10_000);
  });

  test('cuts what does not end in its time', async () => {
    const http = await start({ limits: { closeMs: 100 } });
    const [waiting, halfSent] = [await rawConnection(http.port), await rawConnection(http.port)];
    waiting.send(ask('/gate'));
    halfSent.send('GET /hello HTTP/1.1\r\nHost: loc');
    await http.nest.get(Gate).reached;
    const ms = await took(() => http.close());
    expect(ms).toBeGreaterThanOrEqual(99);
    expect(ms).toBeLessThan(10_000);
    expect(await waiting.received()).toBe('');
    await halfSent.received();
  });

  test('may be called twice', async () => {
    const http = await start();
    await Promise.all([http.close(), http.close()]);
    await http.close();
  });

  test('frees the port', async () => {
    const http = await start();
    await http.close();
    await (await start({ port: http.port })).close();
  });
});

describe('listening', () => {
  test('a taken port is reported with what to do, and leaves nothing open', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
    );
    const before = GateModule.destroyed;
    const failed = start({ port, name: 'api' });
    await expect(failed).rejects.toMatchObject({ code: 'port-taken', exitCode: 1 });
    await expect(failed).rejects.toThrow(`Port ${port} on 127.0.0.1 (api) is taken by another program. Ways out:`);
    await expect(failed).rejects.toThrow(`API_PORT=${port + 1}`);
    expect(GateModule.destroyed).toBe(before + 1);
    await new Promise((resolve) => other.close(resolve));
  });

  test('an address of another machine is reported as such', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'address-unknown', exitCode: 1 });
    await expect(start({ host: 'no-such-host.invalid' })).rejects.toMatchObject({ code: 'address-unknown' });
  });

  test('a connection that cannot be accepted does not end the listener', async () => {
    const http = await start();
    http.nest.getHttpServer().emit('error', Object.assign(new Error('accept ENOBUFS'), { code: 'ENOBUFS' }));
    expect((await fetch(`${http.url}/hello`)).status).toBe(200);
    await http.close();
  });

  const ADDRESSES: [string, RegExp][] = [
    ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['localhost', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['0.0.0.0', /^http:\/\/127\.0\.0\.1:\d+$/],
  ];
  if (HAS_IPV6) ADDRESSES.push(['::1', /^http:\/\/\[::1\]:\d+$/], ['::', /^http:\/\/\[::1\]:\d+$/]);

  test.each(ADDRESSES)('on %s it answers at the address that it reports', async (host, url) => {
    const http = await start({ host });
    expect(http.url).toMatch(url);
    expect((await fetch(`${http.url}/hello`)).status).toBe(200);
    await http.close();
  });
});
