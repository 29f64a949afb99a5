import type * as sdk from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { withTimeout } from '@mps-ledger/async';
import { connectionProblem, noAnswerWithin, notOfAQueue, readBody, redirectIn, type HttpAnswer } from '@mps-ledger/cmq';
import { QueueFailure } from '../queue/notification-queue';
import { failureOfProblem, mayBeRotated, sqsFailureOf } from './sqs-failure';

/** Ten messages of 1 MiB, with escapes. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface SqsClientOptions {
  /** As in the console: `https://sqs.eu-central-1.amazonaws.com/123456789012/mps-events`. */
  readonly queueUrl: string;
  /** Default: that of the queue's URL, else what the AWS SDK finds (`AWS_REGION`, a profile). */
  readonly region?: string;
  /** How long an answer may take beyond the time that the queue may wait. Default 10 s. */
  readonly answerMs?: number;
}

/** The commands of the AWS SDK. */
export type SqsCommands = typeof sdk;

export type SqsCall<Output> = (client: SQSClient, commands: SqsCommands, signal: AbortSignal) => Promise<Output>;

/** A client of one queue of SQS. */
export interface SqsClient {
  /** Calls by the AWS SDK, within `waitMs` and the time for an answer. Rejects with a `QueueFailure`, or with the reason of the signal. */
  call<Output>(call: SqsCall<Output>, waitMs: number, signal: AbortSignal): Promise<Output>;
  close(): void;
}

/** The AWS SDK is loaded by the first call: it takes memory that only those need who have such a queue. */
export function makeSqsClient(options: SqsClientOptions): SqsClient {
  const { answerMs = 10_000 } = options;
  let current: { readonly client: SQSClient; readonly commands: SqsCommands } | undefined;
  let former: SQSClient | undefined;
  const open = async () => {
    const commands = await import('@aws-sdk/client-sqs');
    return (current ??= { client: clientOf(commands, options), commands });
  };
  /** The SDK keeps credentials without an end for ever: only another client reads them again. What is in flight ends by itself. */
  const renew = (): void => {
    former?.destroy();
    former = current?.client;
    current = undefined;
  };
  return {
    async call(call, waitMs, signal) {
      try {
        const sdkCall = async (limited: AbortSignal) => {
          const { client, commands } = await open();
          return call(client, commands, limited);
        };
        return await within(waitMs + answerMs, signal, sdkCall);
      } catch (error) {
        if (signal.aborted) throw error;
        const failure = sqsFailureOf(error);
        if (mayBeRotated(failure)) renew();
        throw failure;
      }
    },
    close() {
      for (const client of [former, current?.client]) client?.destroy();
    },
  };
}

/** The SDK's own limit of a request only warns, and does not count the body. */
async function within<Output>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Output>,
): Promise<Output> {
  const ended = new AbortController();
  const end = (): void => ended.abort(signal.reason);
  const late = (): QueueFailure => {
    ended.abort();
    return failureOfProblem(noAnswerWithin(ms));
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    return await withTimeout(work(ended.signal), ms, late);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function clientOf(commands: SqsCommands, { queueUrl, region = regionOf(queueUrl) }: SqsClientOptions): SQSClient {
  const settings = {
    endpoint: new URL(queueUrl).origin,
    ...(region !== undefined && { region }),
    // The receive loop backs off by itself.
    maxAttempts: 1,
    // Checked by us: a message without a body would fail all of a poll, again and again.
    md5: false as const,
    // Files of credentials are read again by a new client.
    ignoreCache: true,
    requestHandler: { connectionTimeout: 10_000 },
  };
  const client = new commands.SQSClient(settings);
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        const given = await next(args);
        await checkAnswer(given.response as ResponseOfSdk);
        return given;
      } catch (error) {
        if (error instanceof QueueFailure) throw error;
        throw failureOfProblem(connectionProblem(error), error);
      }
    },
    { step: 'deserialize', priority: 'low', name: 'checkAnswer' },
  );
  return client;
}

interface ResponseOfSdk {
  readonly statusCode: number;
  readonly headers: HttpAnswer['headers'];
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

/** Refuses what no SQS answers: redirects, pages, cut JSON, too many bytes. */
async function checkAnswer(response: ResponseOfSdk): Promise<void> {
  const { statusCode: status, headers, body: stream } = response;
  const body = stream instanceof Uint8Array ? Buffer.from(stream) : await readBody(stream, MAX_ANSWER_BYTES);
  if (!Buffer.isBuffer(body)) throw failureOfProblem(body);
  const answer: HttpAnswer = { status, headers, body };
  const problem = redirectIn(answer) ?? (isObjectOfJson(body) ? null : notOfAQueue(answer));
  if (problem !== null) throw failureOfProblem(problem);
  response.body = body;
}

function isObjectOfJson(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** The region in the host of a queue's URL; undefined if there is none. */
function regionOf(queueUrl: string): string | undefined {
  const { hostname } = new URL(queueUrl);
  return /^(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.(?:amazonaws\.com|api\.aws)/
    .exec(hostname)
    ?.slice(1)
    .find(Boolean);
}
