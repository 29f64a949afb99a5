import { spawn } from 'node:child_process';
import { EventSource } from 'eventsource';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { APPS, feedLedger, type FeedLedger } from './programs';
import { sendSample } from './send-sample';
import { readTruth } from './truth';

jest.setTimeout(240_000);

const itWithCurl = (process.env['TEST_CURL_MISSING'] ?? '') === '' ? it : it.skip;

let database: TestDatabase;
let ledger: FeedLedger;
/** That were sent; each has seven events. */
let tasks = 0;

beforeAll(async () => {
  database = await testDatabase();
  ledger = await feedLedger(database.url);
  await ledger.start(...APPS);
});
afterAll(async () => {
  await ledger.close();
  await database.close();
});

async function send(id: string): Promise<void> {
  await sendSample(ledger.callbacks, id);
  tasks += 1;
}

/** Ids of all events, in the order of the log where they are in one partition: sorted. */
async function allIds(): Promise<readonly string[]> {
  return (await readTruth(database.pool())).facts.map(({ id }) => id).sort();
}

describe('an unmodified EventSource', () => {
  let types: readonly string[];
  beforeAll(async () => (types = await eventTypes()));

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'goes on by itself where it was, over the end of query by %s',
    async (signal) => {
      const source = new EventSource(`${ledger.api}/v1/stream`);
      const ids: string[] = [];
      // Before anything can have come: what has no listener is lost.
      for (const type of types)
        source.addEventListener(type, ({ data }) => ids.push((JSON.parse(String(data)) as { id: string }).id));
      try {
        await send(`before ${signal}`);
        await seesAll(ids);
        await ledger.end('query', signal);
        await send(`between ${signal}`);
        await ledger.start('query');
        await send(`after ${signal}`);
        await seesAll(ids);
      } finally {
        source.close();
      }
    },
  );
});

/** What was sent by now, once each. */
async function seesAll(ids: readonly string[]): Promise<void> {
  const sent = 7 * tasks;
  await eventually(() => ids.length >= sent, { what: () => `${sent} events, of ${ids.length}`, timeoutMs: 60_000 });
  expect([...ids].sort()).toEqual(await allIds());
}

/** Of the contract: an EventSource listens for each by its name. */
async function eventTypes(): Promise<readonly string[]> {
  const { paths } = (await (await fetch(`${ledger.api}/openapi.json`)).json()) as {
    paths: Record<
      string,
      { get: { parameters: { name: string; schema: { enum?: string[]; items?: { enum?: string[] } } }[] } }
    >;
  };
  const type = paths['/v1/stream']?.get.parameters.find(({ name }) => name === 'type');
  return type?.schema.enum ?? type?.schema.items?.enum ?? [];
}

itWithCurl('curl -N gets events as they come, and goes on with Last-Event-ID', async () => {
  const before = await allIds();
  const first = curl([]);
  await eventually(() => first.ids().length >= before.length);
  await send('seen by curl');
  await eventually(() => first.ids().length === before.length + 7);
  const last = first.lastId();
  first.end();
  await send('while curl was away');
  const second = curl(['-H', `Last-Event-ID: ${last}`]);
  await eventually(() => second.ids().length === 7);
  second.end();
  expect([...first.ids(), ...second.ids()].sort()).toEqual(await allIds());
});

function curl(more: readonly string[]) {
  const child = spawn('curl', ['-sN', ...more, `${ledger.api}/v1/stream`], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const blocks = (): readonly string[] => text.split('\n\n').slice(0, -1);
  return {
    ids: () =>
      blocks().flatMap((block) => {
        const data = /^event: mps\.[\s\S]*^data: (.*)$/m.exec(block)?.[1];
        return data === undefined ? [] : [(JSON.parse(data) as { id: string }).id];
      }),
    lastId: () =>
      blocks()
        .flatMap((block) => /^id: (.*)$/m.exec(block)?.[1] ?? [])
        .at(-1) ?? '',
    end: () => void child.kill(),
  };
}
