import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EventLog } from '@mps-ledger/event-log';
import { bareAddress } from '@mps-ledger/platform';
import { forwardGroup, TOPICS } from '@mps-ledger/records';
import type { NotificationSource } from '../../ingest/sources/notification-sources';
import { finding, notChecked, NotChecked, ok, warning, type CheckItem } from '../check';
import { inTime } from '../in-time';
import { firstLine } from '../item-of-error';
import type { LedgerView } from '../ledger';
import { isRunning } from './is-running';

/** What a source forwards: whether its handler can be connected to, and how far the forwarding is behind. Sends no request. */
export async function checkForwarding(
  { id, forwardTo }: NotificationSource,
  ledger: LedgerView,
): Promise<readonly CheckItem[]> {
  if (forwardTo === undefined) return [];
  const url = new URL(forwardTo);
  const [failure, waiting] = await Promise.all([whyNotConnected(url), waitingOf(id, ledger)]);
  const reached =
    failure === null
      ? ok(`the handler of forward_to can be connected to at ${url.origin}; no request was sent`)
      : finding(`the handler of forward_to cannot be connected to (${failure})`, UNREACHABLE, url.origin);
  return [
    reached,
    typeof waiting === 'string' ? notChecked(waiting) : judgeForwarding(waiting, await isRunning(ledger)),
  ];
}

const UNREACHABLE =
  'start the handler, or correct forward_to of the source and send SIGHUP: what was received waits on the log meanwhile; where ingest ' +
  'runs on another machine or in a container, run the doctor there';

const MAX_CONNECT_MS = 5_000;

/** Connects, of https with TLS, and disconnects; null if that succeeds. Never rejects. */
function whyNotConnected(url: URL): Promise<string | null> {
  const isTls = url.protocol === 'https:';
  const host = bareAddress(url.hostname);
  const port = Number(url.port || (isTls ? 443 : 80));
  return new Promise((resolve) => {
    const isName = host === url.hostname && !/^[\d.]+$/.test(host);
    const socket = isTls ? connectTls({ host, port, ...(isName && { servername: host }) }) : connect({ host, port });
    const done = (failure: string | null): void => {
      socket.destroy();
      resolve(failure);
    };
    socket.setTimeout(MAX_CONNECT_MS, () => done(`no connection within ${MAX_CONNECT_MS / 1_000} s`));
    socket.once(isTls ? 'secureConnect' : 'connect', () => done(null));
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? firstLine(error)));
  });
}

/** Raw records that forwarding has yet to look at. */
export interface WaitingToForward {
  readonly records: number;
  /** Age of the oldest of them, ms; null where the log has none. */
  readonly oldest: number | null;
  /** Partitions in which nothing was forwarded ever. */
  readonly notBegun: number;
}

/** Or why it is not known. */
async function waitingOf(source: string, ledger: LedgerView): Promise<WaitingToForward | string> {
  try {
    const [log, identity, ends] = await Promise.all([ledger.log(), ledger.known(), ledger.ends()]);
    const progress = await log.progress(forwardGroup(identity, source), TOPICS.raw);
    const waiting = (ends.get(TOPICS.raw) ?? []).flatMap((to, partition) => {
      const from = progress[partition] ?? null;
      return from === null || from >= to ? [] : [{ partition, from, to }];
    });
    const ages = await Promise.all(waiting.map((one) => ageOfFirst(log, one)));
    return {
      records: waiting.reduce((sum, { from, to }) => sum + to - from, 0),
      oldest: ages.reduce((oldest, age) => (age === null ? oldest : Math.max(oldest ?? 0, age)), null),
      notBegun: progress.filter((one) => one === null).length,
    };
  } catch (error) {
    const why = error instanceof NotChecked ? error.message : firstLine(error);
    return `how far forwarding is behind is not known: ${why}`;
  }
}

async function ageOfFirst(
  log: Pick<EventLog, 'read'>,
  stretch: { readonly partition: number; readonly from: number; readonly to: number },
): Promise<number | null> {
  for await (const [record] of log.read({ topic: TOPICS.raw, ...stretch, maxRecords: 1 }))
    if (record !== undefined) return Date.now() - Date.parse(record.logged);
  return null;
}

/** Records that wait longer are not just under way. */
const MOST_WAIT_MS = 60_000;

/** Judges what waits. Pure. */
export function judgeForwarding({ records, oldest, notBegun }: WaitingToForward, isRunning: boolean): CheckItem {
  if (notBegun > 0) return warning(`forwarding has not begun in ${notBegun} partitions`, NOT_BEGUN);
  if (oldest === null || oldest < MOST_WAIT_MS) return ok('what was received is forwarded');
  const what = `forwarding is ${records} raw records behind, the oldest of them ${inTime(oldest)} old`;
  return isRunning ? finding(what, BEHIND) : warning(`${what}; the ledger does not run`, 'npm start');
}

const NOT_BEGUN =
  'start ingest, or send it SIGHUP, so that it reads forward_to; where it does already, see the check `forward …` in its /readyz?verbose';
const BEHIND =
  'see the check `forward …` in /readyz?verbose of ingest, and its log: they say what the handler answers. A notification that it can never take ' +
  'should be answered with 4xx, which is passed over';
