import { hash } from 'node:crypto';
import { validateHeaderValue, type OutgoingHttpHeaders } from 'node:http';
import { backoff, pause, type LogRateLimiter } from '@mps-ledger/async';
import type { Batch, LogIdentity, LogRecord } from '@mps-ledger/event-log';
import { failpoint, type Logger } from '@mps-ledger/platform';
import { formatReceipt, fromRawRecord, receiptCheck, type RawNotification } from '@mps-ledger/records';
import type { ForwardMetrics } from './forward-metrics';
import type { ForwardState } from './forward-state';
import type { Handler } from './handler';
import { judgeAnswer, type HandlerVerdict } from './judge-answer';
import type { StartPositions } from './start-position';
import { logsIn, viaOf } from './via';

/** What the forwarding of one source works with. */
export interface ForwardContext {
  /** Its id. */
  readonly source: string;
  readonly identity: LogIdentity;
  readonly handler: Handler;
  readonly starts: Pick<StartPositions, 'takeFirst'>;
  /** Reads one raw record again; undefined where it does not exist. */
  readonly readAgain: (partition: number, offset: number) => Promise<LogRecord | undefined>;
  readonly state: ForwardState;
  readonly metrics: ForwardMetrics;
  readonly logger: Logger;
  readonly logLimiter: LogRateLimiter;
  /** Waited for before each notification. */
  readonly yieldToCallbacks: () => Promise<void>;
  /** Longest pause between two attempts. */
  readonly longestPauseMs: number;
}

/** After so long a batch ends early, so that what was sent is committed, and not sent again after a crash. */
const MAX_UNCOMMITTED_MS = 1_000;

/**
 * Sends the notifications of a batch to the handler, one after the other, each until it is accepted or refused. Returns the position
 * up to which that is done.
 */
export async function forwardBatch(batch: Batch, context: ForwardContext): Promise<number> {
  // The first position is committed before anything is sent: it does not move if the process ends now.
  if (context.starts.takeFirst(batch.partition)) return batch.from;
  const began = performance.now();
  for (const record of batch.records) {
    if (batch.signal.aborted) return record.offset;
    const notification = await toForward(record, context);
    if (notification === null) continue;
    await context.yieldToCallbacks();
    await batch.heartbeat();
    if (!(await forward(notification, batch, context))) return record.offset;
    failpoint('forward.after-post');
    if (performance.now() - began > MAX_UNCOMMITTED_MS) return record.offset + 1;
  }
  return batch.to;
}

/** The notification of a record, if it is to be forwarded; a body that was logged once for each of its Records is sent once. */
async function toForward(record: LogRecord, context: ForwardContext): Promise<RawNotification | null> {
  if (record.headers['source'] !== context.source) return null;
  const notification = fromRawRecord(record);
  if ('problem' in notification || (notification.element ?? 0) > 0) return null;
  // Others were received while nothing was to be forwarded, or restored from another log.
  if (notification.forwardFrom !== context.identity.logId) return null;
  if (isIntact(notification)) return notification;
  // Its bytes may have been damaged on the way.
  const again = await context.readAgain(record.partition, record.offset);
  const read = again === undefined ? null : fromRawRecord(again);
  if (read !== null && !('problem' in read) && isIntact(read)) return read;
  context.metrics.forwarded('damaged');
  context.logger.error(placeOf(notification, context), 'a raw record is damaged: not forwarded');
  return null;
}

const isIntact = ({ bytes, sha256 }: RawNotification): boolean => hash('sha256', bytes) === sha256;

/** Sends until it is accepted or refused; false if the batch was aborted before. */
async function forward(notification: RawNotification, batch: Batch, context: ForwardContext): Promise<boolean> {
  const { state, metrics, longestPauseMs: longestMs } = context;
  const { partition } = notification;
  const headers = headersOf(notification, context);
  state.begins(partition, Date.parse(notification.received));
  try {
    for (let attempt = 1; ; attempt += 1) {
      const verdict = await send(notification, headers, batch.signal, context);
      if (verdict.verdict !== 'again') {
        metrics.forwarded(verdict.verdict);
        reportDone(verdict, notification, context);
        return true;
      }
      if (batch.signal.aborted) return false;
      metrics.forwarded('failed');
      reportFailure(verdict.reason, attempt, notification, context);
      await pause(Math.max(verdict.notBeforeMs, backoff(attempt, { firstMs: 200, longestMs })), batch.signal);
      await batch.heartbeat();
    }
  } finally {
    state.ends(partition);
  }
}

async function send(
  { bytes }: RawNotification,
  headers: OutgoingHttpHeaders,
  signal: AbortSignal,
  { handler }: ForwardContext,
): Promise<HandlerVerdict> {
  try {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return judgeAnswer(await handler.post(body, headers, signal), Date.now());
  } catch (error) {
    const { code = '', message = '' } = error as Partial<NodeJS.ErrnoException>;
    // A refused connection to a name with two addresses is an AggregateError without a message.
    return { verdict: 'again', reason: `gave no answer: ${message === '' ? code : message}`, notBeforeMs: 0 };
  }
}

const DEFAULT_CONTENT_TYPE = 'application/json';

function headersOf(notification: RawNotification, { identity }: ForwardContext): OutgoingHttpHeaders {
  const { id, partition, rawOffset: offset, contentType, traceparent, transportIds } = notification;
  return {
    'content-type': contentType !== undefined && isHeaderValue(contentType) ? contentType : DEFAULT_CONTENT_TYPE,
    'ledger-receipt': formatReceipt({ ...identity, partition, offset, check: receiptCheck(id) }),
    via: viaOf([...logsIn(transportIds?.['via']), identity.logId]),
    ...(traceparent !== undefined && isHeaderValue(traceparent) && { traceparent }),
  };
}

function isHeaderValue(text: string): boolean {
  try {
    validateHeaderValue('content-type', text);
    return text !== '';
  } catch {
    return false;
  }
}

function reportDone(verdict: HandlerVerdict, notification: RawNotification, context: ForwardContext): void {
  const { handler, state, logger, logLimiter } = context;
  const hadFailed = state.succeeded(notification.partition);
  const what = { ...placeOf(notification, context), handler: handler.place };
  if (verdict.verdict === 'refused') {
    const suppressed = logLimiter.pass('refused');
    if (suppressed === null) return;
    const fields = { ...what, reason: verdict.reason, times: suppressed + 1 };
    logger.warn(fields, 'the handler of forward_to refused a notification: it is passed over');
  } else if (hadFailed && logLimiter.pass('again') !== null)
    logger.info(what, 'the handler of forward_to accepts notifications again');
}

function reportFailure(reason: string, attempt: number, notification: RawNotification, context: ForwardContext): void {
  const { handler, state, logger, logLimiter } = context;
  state.failed(notification.partition, `${handler.place} ${reason}`);
  const suppressed = logLimiter.pass('failed');
  if (suppressed === null) return;
  const fields = { ...placeOf(notification, context), handler: handler.place, reason, attempt, times: suppressed + 1 };
  logger.warn(fields, 'a notification was not forwarded; retrying indefinitely');
}

function placeOf({ partition, rawOffset }: RawNotification, { source }: ForwardContext) {
  return { source, partition, raw_offset: rawOffset };
}
