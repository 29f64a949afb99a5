import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatorArguments } from './arguments';
import type { Signing } from './bodies/envelope';
import { checkTruth, type TruthCheckResult } from './check/check-truth';
import { makeLedgerApi } from './check/ledger';
import { lastReceipts, type LastReceipts } from './check/receipts';
import { countSend, countTask, makeCounts, type Counts } from './counts';
import { NO_JOURNAL, openJournal, readJournal } from './journal';
import { makeProgressBar } from './progress';
import { makeHttpClient, type HttpClient } from './sending/client';
import { openOutput, type OutputFile } from './output-file';
import { deliver, type SendResult } from './sending/deliver';
import { makePace } from './sending/pace';
import { sendAll } from './sending/send-all';
import { lineOf } from './sending/via';
import { exitCodeOf, type Summary } from './summary';
import { makeTruthFile, readTruthFile } from './truth/truth-file';

/** How long signatures are valid: longer than MPS's ten minutes, so that a long run needs a single timestamp. */
const SIGNED_FOR_SECONDS = 86_400;

export interface SimulatorRunOptions {
  readonly args: SimulatorArguments;
  readonly err: NodeJS.WriteStream;
  /** Aborted to end the run early. */
  readonly stopped: AbortSignal;
  /** The first of API_KEYS, for --check. */
  readonly apiKey: string | null;
}

/** Sends notifications, writes journal and truth, and checks. Rejects only if a file cannot be written or read. */
export async function run(options: SimulatorRunOptions): Promise<Summary> {
  const { args, stopped } = options;
  const began = performance.now();
  const counts = makeCounts();
  const now = args.sign === null ? null : (args.now ?? Math.floor(Date.now() / 1000));
  const scratch = args.truth === null ? mkdtempSync(join(tmpdir(), 'mps-simulator-')) : null;
  const truthFile = args.truth ?? join(scratch ?? '', 'truth');
  const receipts = lastReceipts();
  try {
    if (args.tasks > 0) await send(options, { counts, truthFile, receipts, signing: signingOf(args, now) });
    else if (args.journal !== null) await addReceipts(args.journal, receipts);
    const seconds = (performance.now() - began) / 1000;
    const checked = stopped.aborted ? NOT_CHECKED : await check(options, counts, truthFile, receipts);
    const failure = checked.failure ?? nothingTaken(counts);
    const summary = { seed: args.seed, mode: args.mode, now, counts, seconds, interrupted: stopped.aborted };
    const whole = { ...summary, check: checked.result, failure };
    return { ...whole, exitCode: exitCodeOf(args, whole) };
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
}

function signingOf({ sign }: SimulatorArguments, now: number | null): Signing | null {
  return sign === null || now === null ? null : { key: sign, expires: now + SIGNED_FOR_SECONDS };
}

async function addReceipts(journal: string, receipts: LastReceipts): Promise<void> {
  for await (const { receipt } of readJournal(journal)) if (receipt !== null) receipts.add(receipt);
}

interface Books {
  readonly counts: Counts;
  readonly truthFile: string;
  readonly receipts: LastReceipts;
  readonly signing: Signing | null;
}

async function send(
  { args, err, stopped }: SimulatorRunOptions,
  { counts, truthFile, receipts, signing }: Books,
): Promise<void> {
  const client = makeHttpClient({ connections: args.connections, timeoutMs: args.timeoutSeconds * 1000 });
  const journal = args.journal === null ? NO_JOURNAL : await openJournal(args.journal);
  const file = args.via === 'file' ? openOutput(args.to, 'w') : null;
  const truth = makeTruthFile(truthFile);
  const progress = makeProgressBar({ err, counts, done: () => counts.tasks });
  closeWhenStopped(client, stopped);
  progress.begin('sending', args.tasks);
  try {
    await sendAll({
      ...args,
      signing,
      deliver: makeDeliver(args, client, file, stopped),
      pace: makePace(args.rate, stopped),
      journal,
      stopped,
      onFate: (fate, bytes) => {
        countSend(counts, fate, bytes);
        if (fate.receipt !== null) receipts.add(fate.receipt);
      },
      onTask: (line) => {
        countTask(counts, line);
        if (line !== null) truth.add(line);
      },
    });
  } finally {
    progress.end();
    client.close();
    await Promise.all([journal.close(), truth.finish(), file?.close()]);
  }
}

type Deliver = (body: Buffer) => Promise<SendResult>;

/** Sends over HTTP, or writes to the file. */
function makeDeliver(
  args: SimulatorArguments,
  client: HttpClient,
  file: OutputFile | null,
  stopped: AbortSignal,
): Deliver {
  const { to, via, retryForSeconds } = args;
  if (file !== null) return toFile(file);
  const way = via === 'file' ? 'http' : via;
  return (body) => deliver(body, { client, to, via: way, retryForMs: retryForSeconds * 1000, stopped });
}

function toFile(file: OutputFile): Deliver {
  return async (body) => {
    file.write(lineOf(body));
    await file.drained();
    return { outcome: 'acknowledged', status: null, receipt: null, code: null, repeats: 0 };
  };
}

/** Gives sends in flight some time to be answered. */
const GRACE_MS = 5000;

function closeWhenStopped(client: HttpClient, stopped: AbortSignal): void {
  stopped.addEventListener('abort', () => setTimeout(client.close, GRACE_MS).unref(), { once: true });
}

interface Checked {
  readonly result: TruthCheckResult | null;
  readonly failure: string | null;
}

const NOT_CHECKED: Checked = { result: null, failure: null };

async function check(
  { args, err, stopped, apiKey }: SimulatorRunOptions,
  counts: Counts,
  truthFile: string,
  receipts: LastReceipts,
): Promise<Checked> {
  if (args.check === null) return NOT_CHECKED;
  const client = makeHttpClient({ connections: args.connections, timeoutMs: args.timeoutSeconds * 1000 });
  const until = performance.now() + args.waitSeconds * 1000;
  let done = 0;
  const progress = makeProgressBar({ err, counts, done: () => done });
  progress.begin('checking', args.tasks === 0 ? await countLines(truthFile) : counts.truths);
  try {
    const ledger = makeLedgerApi({ client, api: args.check, apiKey: args.apiKey ?? apiKey, until, stopped });
    const { connections } = args;
    const truth = readTruthFile(truthFile);
    const onTask = (): void => void (done += 1);
    return {
      result: await checkTruth({ ledger, truth, receipts: receipts.all(), connections, until, onTask }),
      failure: null,
    };
  } catch (error) {
    return { result: null, failure: `The check failed: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    progress.end();
    client.close();
  }
}

async function countLines(truthFile: string): Promise<number> {
  let count = 0;
  for await (const _ of readTruthFile(truthFile)) count += 1;
  return count;
}

function nothingTaken(counts: Counts): string | null {
  if (counts.sends === 0 || counts.acknowledged > 0) return null;
  const answers = Object.entries(counts.answers).map(([answer, count]) => `${count} × ${answer}`);
  return `Nothing was acknowledged: ${answers.join(', ')}.`;
}
