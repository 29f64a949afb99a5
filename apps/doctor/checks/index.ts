import type { CheckItem, DeploymentCheck } from '../check';
import type { LedgerView } from '../ledger';
import { sourceChecks } from '../sources';
import { checkDatabaseClock, checkLogClock } from './clock';
import { checkConfiguration } from './configuration';
import { checkDatabase } from './database';
import { checkDisk } from './disk';
import { checkLag } from './lag';
import { checkEventLog } from './log';
import { checkReadModel } from './read-model';
import { checkParked, checkUnderived } from './rows';

/** A data folder that does not run has to be started first. */
const OPENING_MS = 45_000;
const LIMIT_MS = 25_000;

/** All checks of a deployment, in the order in which they are shown. */
export function checksOf(ledger: LedgerView): readonly DeploymentCheck[] {
  const isEmbedded = !ledger.deployment.isGiven('DATABASE_URL');
  const opening = isEmbedded ? OPENING_MS : 0;
  const check = (name: string, run: (ledger: LedgerView) => Promise<readonly CheckItem[]>): DeploymentCheck => ({
    ...{ name, limitMs: opening + LIMIT_MS },
    run: () => run(ledger),
  });
  return [
    check('configuration', () => Promise.resolve(checkConfiguration(ledger.deployment))),
    check('database', checkDatabase),
    ...(isEmbedded ? [check('disk', checkDisk)] : []),
    check('read-model', checkReadModel),
    check('log', checkEventLog),
    check('clock of the database', checkDatabaseClock),
    check('clock of the log', checkLogClock),
    check('lag', checkLag),
    check('underived', checkUnderived),
    check('parked', checkParked),
    ...sourceChecks(ledger).map((one) => ({ ...one, limitMs: opening + one.limitMs })),
  ];
}
