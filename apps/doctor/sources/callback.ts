import { isLoopback } from '@mps-ledger/platform';
import { callbackSourcesOf, type CallbackSource } from '../../ingest/sources/notification-sources';
import { finding, ok, warning, type CheckItem } from '../check';
import { itemOfClock } from '../checks/clock';
import type { DoctorConfig } from '../doctor.config';
import { localUrl, probeHttp, type HttpProbe } from './http';
import { checkRefusals } from './refusals';
import type { SourceKind } from './source-kind';

/** Callbacks by HTTP: asked by GET, which the listener refuses at a path that it serves. */
export const CALLBACKS: SourceKind<CallbackSource> = {
  sourcesOf({ MPS_NOTIFY_PATH, MPS_NOTIFY_KEY, MPS_NOTIFY_EXPIRED }) {
    if (MPS_NOTIFY_PATH === undefined || MPS_NOTIFY_EXPIRED === undefined) return [];
    return callbackSourcesOf({ MPS_NOTIFY_PATH, MPS_NOTIFY_KEY, MPS_NOTIFY_EXPIRED });
  },
  async check(source, ledger) {
    const { CALLBACK_HOST: host, CALLBACK_PORT: port } = ledger.deployment.config;
    if (host === undefined || port === undefined || port === 0) return [];
    const url = localUrl(host, port);
    const probe = await probeHttp(`${url}/notify/${source.path}`);
    const opened = await ledger.opened().catch(() => null);
    // Without its own database, npm start does not run.
    const isRunning = opened === null ? ledger.deployment.isGiven('DATABASE_URL') : opened.isRunning !== false;
    return [
      ...judgeListener(probe, `${url}/notify/${shownPath(source, host)}`, isRunning),
      ...clockOf(probe, url),
      ...unsigned(source, host),
      ...(source.keys.length === 0 ? [] : await checkRefusals(ledger)),
    ];
  },
};

/** Where other machines reach the listener, the path is a secret. */
const shownPath = ({ path }: CallbackSource, host: string): string => (isLoopback(host) ? path : '…');

function judgeListener(probe: HttpProbe, where: string, isRunning: boolean): readonly CheckItem[] {
  if ('unreachable' in probe) {
    const what = `no listener for callbacks answers (${probe.unreachable})`;
    if (!isRunning) return [warning(`${what}: the ledger does not run`, 'npm start', where)];
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

function unsigned({ keys }: CallbackSource, host: NonNullable<DoctorConfig['CALLBACK_HOST']>): readonly CheckItem[] {
  if (keys.length > 0 || isLoopback(host)) return [];
  const what = `other machines reach the listener, and signatures are not checked: whoever knows the path can send notifications`;
  return [warning(what, 'set MPS_NOTIFY_KEY to the NotifyKey of the tasks', 'MPS_NOTIFY_KEY')];
}
