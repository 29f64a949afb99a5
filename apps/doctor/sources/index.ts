import type { NotificationSource } from '../../ingest/sources/notification-sources';
import { notChecked, NotChecked, type CheckItem, type DeploymentCheck } from '../check';
import type { LedgerView } from '../ledger';
import { CALLBACKS } from './callback';
import type { SourceKind } from './source-kind';
import { judgeTraffic } from './traffic';

/** A kind of source is one file in this folder, and one line here. */
const KINDS: readonly SourceKind[] = [kind(CALLBACKS)];

/** Sources are checked by the kind that they come from. */
function kind<Source extends NotificationSource>({ sourcesOf, check }: SourceKind<Source>): SourceKind {
  return { sourcesOf, check: (source, ledger) => check(source as Source, ledger) };
}

const LIMIT_MS = 25_000;

/** One check for each configured source. */
export function sourceChecks(ledger: LedgerView): readonly DeploymentCheck[] {
  return KINDS.flatMap(({ sourcesOf, check }) =>
    sourcesOf(ledger.deployment.config).map((source) => ({
      name: `source ${source.id}`,
      limitMs: LIMIT_MS,
      run: async () => [...(await check(source, ledger)), ...(await trafficOf(source, ledger))],
    })),
  );
}

async function trafficOf(source: NotificationSource, ledger: LedgerView): Promise<readonly CheckItem[]> {
  try {
    return judgeTraffic(source, await ledger.tail(), Date.now());
  } catch (error) {
    // Whether the source can be reached is known all the same.
    if (error instanceof NotChecked) return [notChecked(`what it delivered is not known: ${error.message}`)];
    throw error;
  }
}
