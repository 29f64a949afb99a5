import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastReceipts } from '../../../apps/simulator/check/receipts';
import { checkoutFolder } from '../checkout-folder';
import { askApi, askUntil, type Api } from '../corpus/ask-api';
import { journalLine, NO_JOURNAL, openJournal, type Journal } from '../../../apps/simulator/journal';
import { makeHttpClient } from '../../../apps/simulator/sending/client';
import { deliver, type SendResult } from '../../../apps/simulator/sending/deliver';
import { expectedOf } from './expected-answer';
import { makeFuzzBodies } from './fuzz-bodies';

export interface RunFuzzOptions {
  readonly to: string;
  readonly api: string;
  /** Key of the API. Default: it asks for none. */
  readonly apiKey?: string;
  /** How many bodies are sent. */
  readonly count: number;
  /** The same seed gives the same bodies. */
  readonly seed: string;
  /** Number of the first one. Default 1. */
  readonly first?: number;
  /** Default 16. */
  readonly connections?: number;
  /** File that a line per send is appended to. Default: none. */
  readonly journal?: string;
  /** The source has keys: what is not signed is refused, and nothing is. Default false. */
  readonly withKeys?: boolean;
  /** Is given a line at a time. */
  readonly out: (line: string) => void;
}

export interface FuzzResult {
  readonly sent: number;
  /** By status and code: `200`, `400 not-json`. */
  readonly answers: Readonly<Record<string, number>>;
  /** What went wrong, a line each; the number of a body is in it. */
  readonly failures: readonly string[];
}

const RETRY_FOR_MS = 60_000;
const REPORT_EVERY = 5000;

/**
 * Sends mutated samples and generated bodies, and judges each answer: what is a JSON object is taken, with a receipt;
 * anything else is refused, with the reason. A 5xx, a broken connection and another answer are failures. At the end the
 * system must live, and the last receipt of each partition be derived.
 */
export async function runFuzz(options: RunFuzzOptions): Promise<FuzzResult> {
  const { to, count, seed, first = 1, connections = 16, out } = options;
  const api = { url: new URL(options.api), key: options.apiKey ?? null };
  await askApi(api, '/livez');
  const bodyOf = makeFuzzBodies(seed, readSamples());
  const client = makeHttpClient({ connections, timeoutMs: RETRY_FOR_MS });
  const books = new Books(options.journal === undefined ? NO_JOURNAL : await openJournal(options.journal));
  const deliverer = { client, to, retryForMs: RETRY_FOR_MS, stopped: new AbortController().signal };
  out(`fuzz of ${count} bodies, seed ${seed}, from ${first}`);
  let next = first;
  const lane = async (): Promise<void> => {
    while (next < first + count) {
      const number = next++;
      const body = bodyOf(number);
      const fate = await deliver(body, deliverer);
      books.enter(number, body, fate, options.withKeys === true);
      if (books.sent % REPORT_EVERY === 0) out(`${books.sent} sent, ${books.failures.length} failures`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, count) }, lane));
  await books.journal.close();
  client.close();
  books.failures.push(...(await lifeFailures(api, books.receipts.all())));
  report(books, options);
  return { sent: books.sent, answers: Object.fromEntries(books.answers), failures: books.failures };
}

class Books {
  sent = 0;
  readonly answers = new Map<string, number>();
  readonly failures: string[] = [];
  readonly receipts = lastReceipts();

  constructor(readonly journal: Journal) {}

  enter(number: number, body: Buffer, fate: SendResult, withKeys: boolean): void {
    this.sent += 1;
    const answer = inWords(fate.status, fate.code);
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    this.journal.write(journalLine(number, null, body, fate));
    if (fate.receipt !== null) this.receipts.add(fate.receipt);
    const wrong = fate.repeats > 0 ? `no final answer at once, then ${answer}` : wrongness(body, fate, withKeys);
    if (wrong !== null) this.failures.push(`body ${number}: ${wrong}`);
  }
}

function inWords(status: number | null, code: string | null): string {
  return [status ?? 'no answer', code].filter((word) => word !== null).join(' ');
}

/** What is wrong with an answer; null where nothing is. */
function wrongness(body: Buffer, { status, code, receipt }: SendResult, withKeys: boolean): string | null {
  const expected = expectedOf(body);
  if (expected === null) return status === 200 || status === 400 ? null : inWords(status, code);
  if (withKeys && expected.status === 200)
    return status === 401 && code?.startsWith('signature-') === true ? null : inWords(status, code);
  if (status !== expected.status || code !== expected.code)
    return `${inWords(status, code)} instead of ${inWords(expected.status, expected.code)}`;
  return status === 200 && !/^r1(\.[a-z0-9]+){4}\.[0-9a-f]{6}$/.test(receipt ?? '')
    ? `a receipt like ${receipt ?? 'none'}`
    : null;
}

async function lifeFailures(api: Api, receipts: readonly string[]): Promise<readonly string[]> {
  const failures: string[] = [];
  try {
    for (const receipt of receipts) {
      const { body } = await askUntil(
        api,
        `/v1/notifications/${receipt}`,
        (answer) => answer.body['state'] === 'derived',
      );
      if (body['state'] !== 'derived') failures.push(`${receipt} is not derived`);
    }
    const { status } = await askApi(api, '/livez');
    if (status !== 200) failures.push(`/livez answered ${status}`);
  } catch (error) {
    failures.push(`the system cannot be asked any more: ${String(error)}`);
  }
  return failures;
}

const SHOWN = 20;

function report({ sent, answers, failures }: Books, { seed, out }: RunFuzzOptions): void {
  for (const [answer, count] of [...answers].sort(([a], [b]) => (a < b ? -1 : 1)))
    out(`${String(count).padStart(8)}  ${answer}`);
  for (const failure of failures.slice(0, SHOWN)) out(`FAILURE  ${failure}`);
  if (failures.length > 0) out(`again, one of them: npm run bad-input -- --fuzz 1 --seed ${seed} --from NUMBER`);
  out(`${sent} sent, ${failures.length} failures, seed ${seed}`);
}

/** The notifications that this checkout has as fixtures. */
function readSamples(): readonly Buffer[] {
  const folder = checkoutFolder('test/fixtures/mps');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readFileSync(join(folder, name)));
}
