import { isLoopback } from '@mps-ledger/platform';
import type { HttpSource } from '../../ingest/sources/notification-sources';
import { finding, ok, warning, type CheckItem } from '../check';
import { itemOfClock } from '../checks/clock';
import type { LedgerView } from '../ledger';
import { localUrl, probeHttp, type HttpProbe } from './http';
import { isRunning } from './is-running';
import { checkRefusals } from './refusals';

/** Callbacks by HTTP, and topics that push: asked by GET, which the listener refuses at a path that it serves. */
export async function checkCallback(source: HttpSource, ledger: LedgerView): Promise<readonly CheckItem[]> {
  const { CALLBACK_HOST: host, CALLBACK_PORT: port } = ledger.deployment.config;
  if (host === undefined || port === undefined || port === 0) return [];
  const url = localUrl(host, port);
  const probe = await probeHttp(`${url}/notify/${source.path}`);
  return [
    ...judgeListener(probe, `${url}/notify/${shownPath(source, host)}`, await isRunning(ledger)),
    ...clockOf(probe, url),
    ...unsigned(source, host),
    ...(source.keys.length === 0 ? [] : await checkRefusals(source, ledger)),
  ];
}

/** Where other machines reach the listener, the path is a secret. */
const shownPath = ({ path }: HttpSource, host: string): string => (isLoopback(host) ? path : '…');

function judgeListener(probe: HttpProbe, where: string, runs: boolean): readonly CheckItem[] {
  if ('unreachable' in probe) {
    const what = `no listener for callbacks answers (${probe.unreachable})`;
    if (!runs) return [warning(`${what}: the ledger does not run`, 'npm start', where)];
    return [finding(what, `start ingest, or correct CALLBACK_HOST and CALLBACK_PORT; ${ELSEWHERE}`, where)];
  }
  if (probe.status === 405) return [ok(`callbacks are taken at ${where}`)];
  const fix =
    probe.status === 404
      ? 'give this program the MPS_NOTIFY_PATH that ingest was started with, or start ingest again with this one'
      : 'see which program listens there, and correct CALLBACK_HOST and CALLBACK_PORT';
  return [finding(`the listener does not serve this path: it answered ${probe.status}`, fix, where)];
}

const ELSEWHERE = 'where ingest runs on another machine or in a container, run the doctor there, with its settings';

/** Of answers with a Date, in whole seconds. */
function clockOf(probe: HttpProbe, where: string): readonly CheckItem[] {
  const date = 'unreachable' in probe || probe.date === null ? NaN : Date.parse(probe.date);
  if (Number.isNaN(date)) return [];
  const item = itemOfClock({ whose: 'ingest', ahead: date + 500 - Date.now(), uncertain: 1_000, where });
  return item.status === 'ok' ? [] : [item];
}

/** Signed callbacks, and callers of known networks, are what the listener is meant for. */
function unsigned({ keys, networks = [], transport }: HttpSource, host: string): readonly CheckItem[] {
  if (keys.length > 0 || networks.length > 0 || isLoopback(host)) return [];
  const what =
    'other machines reach the listener, and nothing is signed: whoever knows the path can send notifications';
  const limit = 'networks of the source in SOURCES_FILE to those that may call';
  const fix =
    transport === 'callback' ? `set MPS_NOTIFY_KEY to the NotifyKey of the tasks, or ${limit}` : `set ${limit}`;
  return [warning(what, fix, transport === 'callback' ? 'MPS_NOTIFY_KEY' : 'SOURCES_FILE')];
}
