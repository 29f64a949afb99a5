import type { NotificationSource } from '../../ingest/sources/notification-sources';
import { finding, notChecked, ok, warning, type CheckItem } from '../check';
import { DAY_MS } from '../log-tail';
import type { LedgerView } from '../ledger';
import { localUrl, probeHttp } from './http';

/**
 * Callbacks that were refused for their signature. They are not on the log, as anybody could fill it; ingest counts them in its
 * metrics since its start.
 */
export async function checkRefusals(
  { id }: Pick<NotificationSource, 'id'>,
  ledger: LedgerView,
): Promise<readonly CheckItem[]> {
  const tail = await ledger.tail().catch(() => null);
  const valid = (tail?.records ?? []).filter(
    ({ source, signature, logged }) => source === id && signature?.verdict === 'valid' && Date.now() - logged < DAY_MS,
  ).length;
  const refused = await refusedBy(ledger);
  return [judgeRefusals(refused, valid)];
}

/** Refused callbacks by reason; or why they are not known. */
export type Refusals = { readonly wrong: number; readonly missing: number } | { readonly unknown: string };

/** What refused callbacks mean beside those with a valid signature within a day. Pure. */
export function judgeRefusals(refused: Refusals, valid: number): CheckItem {
  if ('unknown' in refused) {
    const what = `whether callbacks were refused for their signature is not known: ${refused.unknown}`;
    return valid > 0 ? notChecked(what) : warning(`no valid signature within a day; ${what}`, KEY, 'MPS_NOTIFY_KEY');
  }
  const { wrong, missing } = refused;
  if (wrong + missing === 0) return ok('no callback was refused for its signature since ingest started');
  const what = `callbacks were refused since ingest started: ${wrong} with a Sign of another key, ${missing} without one`;
  if (valid === 0) return finding(`${what}; none had a valid one within a day`, KEY, 'MPS_NOTIFY_KEY');
  return warning(what, KEY, 'MPS_NOTIFY_KEY');
}

const KEY =
  'set MPS_NOTIFY_KEY (or keys_file of the source) to the NotifyKey in TaskNotifyConfig of the tasks (several, comma-separated, while they change), and start ingest ' +
  'again; what was refused can be fetched from MPS with DescribeTaskDetail';

/** Ingest has its metrics on a listener of its own, `npm start` on the API's. */
async function refusedBy({ deployment: { config } }: LedgerView): Promise<Refusals> {
  const { HEALTH_HOST, HEALTH_PORT, API_HOST, API_PORT, API_KEYS } = config;
  const listeners = [
    [HEALTH_HOST, HEALTH_PORT, undefined],
    [API_HOST, API_PORT, API_KEYS?.[0]],
  ] as const;
  const tried: string[] = [];
  for (const [host, port, key] of listeners) {
    if (host === undefined || port === undefined || port === 0) continue;
    const url = `${localUrl(host, port)}/metrics`;
    const probe = await probeHttp(url, key);
    if (!('unreachable' in probe) && probe.text.includes(RECEIVED)) return refusalsIn(probe.text);
    tried.push(`${url} (${'unreachable' in probe ? probe.unreachable : `answered ${probe.status}, without them`})`);
  }
  return { unknown: `ingest’s metrics are not at ${tried.join(' nor at ')}` };
}

const RECEIVED = 'mps_ledger_notifications_received_total';
const FAILURES = /^mps_ledger_notification_signature_failures_total\{reason="(\w+)"\} (\d+)/gm;

/** Reads them from metrics in the text form of Prometheus. */
export function refusalsIn(metrics: string): Refusals {
  const counts = new Map([...metrics.matchAll(FAILURES)].map(([, reason = '', count]) => [reason, Number(count)]));
  return { wrong: counts.get('wrong') ?? 0, missing: counts.get('missing') ?? 0 };
}
