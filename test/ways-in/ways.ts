import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramQueue } from '@mps-ledger/testing';
import type { LedgerOfSources } from './ledger';

/** A way in to a ledger. Its source, if it has one, and the account of its tasks have the name of its kind. */
export interface WayIn {
  readonly kind: 'callback' | 'cmq-queue' | 'cmq-topic' | 'sqs' | 'file';
  /** The source in the file of sources; null: it needs none. */
  readonly source: object | null;
  /** Settings of the ledger. */
  readonly settings: Readonly<Record<string, string>>;
  /** Sends one notification, exactly these bytes. */
  send(ledger: LedgerOfSources, body: Buffer): Promise<void>;
  /** Sends by the simulator, with these options, and checks what the ledger answers. */
  simulate(ledger: LedgerOfSources, options: readonly string[]): Promise<void>;
  /** Of a queue. */
  readonly queue?: ProgramQueue;
}

const SIMULATOR = 'apps/simulator/main.js';

async function post(url: string, contentType: string, body: string | Buffer): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body: String(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}

/** The ways that are HTTP requests to the ledger. */
export function calledWay(
  kind: 'callback' | 'cmq-topic',
  via: string,
  wrapped: (body: Buffer) => readonly [string, string | Buffer],
): WayIn {
  return {
    kind,
    source: { id: kind, kind, account: kind, path: kind },
    settings: {},
    send: ({ callbacks }, body) => post(`${callbacks}/${kind}`, ...wrapped(body)),
    simulate: (ledger, options) =>
      ledger.run(SIMULATOR, '--via', via, '--to', `${ledger.callbacks}/${kind}`, '--check', ledger.api, ...options),
  };
}

/** As MPS calls. */
export const CALLBACK = calledWay('callback', 'http', (body) => ['application/json', body]);

/** What a topic of CMQ pushes, in its format JSON. */
const pushOf = (body: Buffer): string =>
  JSON.stringify({
    ...{ TopicOwner: 100_000_001, topicName: 'mps', subscriptionName: 'ledger', msgId: '6942316962' },
    ...{ msgBody: String(body), publishTime: '1700000000' },
  });

export const TOPIC = calledWay('cmq-topic', 'topic', (body) => ['text/plain', pushOf(body)]);

/** A queue from which the source receives. `sourceOf`: the source's own members, from the queue's settings. */
export function queueWay(
  kind: 'cmq-queue' | 'sqs',
  queue: ProgramQueue,
  sourceOf: (settings: ProgramQueue['settings']) => object,
): WayIn {
  const { via, to } = queue.way;
  return {
    ...{ kind, queue, source: { id: kind, kind, account: kind, ...sourceOf(queue.settings) } },
    settings: Object.fromEntries(Object.entries(queue.settings).filter(([name]) => name.startsWith('AWS_'))),
    send: (_, body) => queue.send([String(body)]),
    simulate: (ledger, options) => ledger.run(SIMULATOR, '--via', via, '--to', to, '--check', ledger.api, ...options),
  };
}

const lineOf = (body: Buffer): string => `${JSON.stringify(JSON.parse(String(body)))}\n`;

/** Lines that are imported. */
export const FILE: WayIn = {
  kind: 'file',
  source: null,
  settings: {},
  async send(ledger, body) {
    const file = join(mkdtempSync(join(ledger.folder, 'file-')), 'one.ndjson');
    writeFileSync(file, lineOf(body));
    await ledger.run('apps/ingest/import/main.js', file, '--account', 'file');
  },
  async simulate(ledger, options) {
    const [file, truth] = ['notifications', 'truth'].map((name) => join(ledger.folder, name)) as [string, string];
    await ledger.run(SIMULATOR, '--via', 'file', '--to', file, '--truth', truth, ...options);
    await ledger.run('apps/ingest/import/main.js', file, '--account', 'file');
    await ledger.run(SIMULATOR, '--tasks', '0', '--truth', truth, '--check', ledger.api);
  },
};
