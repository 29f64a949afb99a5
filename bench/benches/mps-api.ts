import { createHmac, hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '@mps-ledger/testing';
import { checkSame } from '../checks';
import { Disqualified, type Bench, type ContestantName, type Measurement, type Stage } from '../contract';
import { allAccepted, startGenerator, type Generator } from '../generator';
import { startMeter } from '../meter';
import { notificationTemplate } from '../notifications';
import { startAnchor, startProgram, until200 } from '../programs';

/** `ParseNotification` over and over, the same request, signed and not, against a server that parses the body and answers the same bytes. */
export const mpsApi: Bench = {
  name: 'mps-api',
  about: 'ParseNotification by POST, 64 connections; the anchor answers the same bytes without looking at the request',
  notification: 'seed 000, 4 KB',
  contestants: ['ours', 'fastify-answer'],
  prepare: (stage) => {
    const generator = startGenerator();
    return Promise.resolve({
      run: (contestant) => run(stage, generator, contestant),
      close: async () => generator.close(),
    });
  },
};

const CONNECTIONS = 64;
const SECONDS = { quick: { warmUp: 3, measured: 3 }, full: { warmUp: 6, measured: 5 } } as const;
const KEY = { secretId: 'AKIDbench', secretKey: 'key-of-this-bench' };
const BODY = JSON.stringify({ Content: notificationTemplate('mps-api').body.toString() });

async function run(stage: Stage, generator: Generator, contestant: ContestantName): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const isSigned of [false, true]) {
    const server = await (contestant === 'ours' ? startOurs(isSigned) : startBare(stage));
    try {
      const requestFile = join(stage.folder, `mps-api-${contestant}-${isSigned}`);
      writeFileSync(requestFile, requestBytes(server.port, isSigned));
      const seconds = SECONDS[stage.options.quick ? 'quick' : 'full'];
      const repeat = { do: 'repeat', port: server.port, requestFile, connections: CONNECTIONS } as const;
      allAccepted(await generator.run({ ...repeat, seconds: seconds.warmUp }));
      const meter = startMeter(stage, [server.pid]);
      const load = await generator.run({ ...repeat, seconds: seconds.measured });
      const items = allAccepted(load);
      checkSame('bytes of the answers', load.bodyBytes, items * (await answerBytes(server.port, isSigned)).length);
      const measured = { value: items / load.seconds, ...meter.read(items) };
      const of = isSigned ? 'signed with TC3-HMAC-SHA256' : 'not signed';
      measurements.push({ case: of, unit: 'answers/s', better: 'more', ...measured });
    } finally {
      await server.stop();
    }
  }
  return measurements;
}

interface Server {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<unknown>;
}

async function startOurs(isSigned: boolean): Promise<Server> {
  const [port = 0, health = 0] = await freePorts(2);
  const program = startProgram('apps/mps-api/main.js', {
    ...{ MPS_API_PORT: `${port}`, HEALTH_PORT: `${health}`, MPS_API_RATE: '0' },
    ...(isSigned && { MPS_API_KEYS: `${KEY.secretId}:${KEY.secretKey}` }),
  });
  await until200(`http://127.0.0.1:${health}/readyz`);
  return { port, pid: program.pid, stop: () => program.stop() };
}

/** With an answer of ours. */
async function startBare(stage: Stage): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const file = join(stage.folder, 'mps-api-answer');
  const ours = await startOurs(false);
  writeFileSync(file, await answerBytes(ours.port, false));
  await ours.stop();
  const anchor = await startAnchor('fastify-answer', { port, file });
  return { port, pid: anchor.pid, stop: () => anchor.stop() };
}

async function answerBytes(port: number, isSigned: boolean): Promise<Buffer> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: headersOf(isSigned), body: BODY });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const { Response } = JSON.parse(bytes.toString()) as { Response: { EventType?: string } };
  if (Response.EventType !== 'WorkflowTask') throw new Disqualified('the notification is not in the answer');
  return bytes;
}

function requestBytes(port: number, isSigned: boolean): Buffer {
  const headers = { host: `127.0.0.1:${port}`, ...headersOf(isSigned), 'content-length': Buffer.byteLength(BODY) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n${BODY}`);
}

/** As the SDK for Node.js sends and signs them: the host without its port. */
function headersOf(isSigned: boolean): Readonly<Record<string, string>> {
  const timestamp = Math.floor(Date.now() / 1000);
  const type = 'application/json';
  const headers = { 'content-type': type, 'x-tc-action': 'ParseNotification', 'x-tc-version': '2019-06-12' };
  if (!isSigned) return headers;
  const scope = [new Date(timestamp * 1000).toISOString().slice(0, 10), '127', 'tc3_request'];
  const signed = 'content-type;host';
  const canonical = `POST\n/\n\ncontent-type:${type}\nhost:127.0.0.1\n\n${signed}\n${hash('sha256', BODY)}`;
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${scope.join('/')}\n${hash('sha256', canonical)}`;
  const key = scope.reduce<string | Buffer>((last, part) => hmac(last, part), `TC3${KEY.secretKey}`);
  const credential = `Credential=${KEY.secretId}/${scope.join('/')}`;
  const authorization = `TC3-HMAC-SHA256 ${credential}, SignedHeaders=${signed}, Signature=${hmac(key, text).toString('hex')}`;
  return { ...headers, 'x-tc-timestamp': `${timestamp}`, authorization };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
