import { withTimeout } from '@mps-ledger/async';
import { finding, notChecked, NotChecked, worstOf, type CheckedDeployment, type DeploymentCheck } from './check';
import { itemOfError } from './item-of-error';

/**
 * Runs all checks at once, each within its own time limit, and answers them in their order, each as soon as it and those
 * before it are done. Never rejects: a check that fails or takes too long is a finding.
 */
export async function* runChecks(checks: readonly DeploymentCheck[]): AsyncGenerator<CheckedDeployment> {
  for (const result of checks.map(runCheck)) yield await result;
}

async function runCheck({ name, run, limitMs }: DeploymentCheck): Promise<CheckedDeployment> {
  const items = await withTimeout(run(), limitMs, () => new TooLate(limitMs)).catch((error: unknown) => {
    if (error instanceof NotChecked) return [notChecked(error.message)];
    if (error instanceof TooLate) return [finding(error.message, LATE)];
    return [itemOfError(error)];
  });
  return { name, status: worstOf(items), items };
}

const LATE = 'see whether what it asks answers: the database, the brokers, the name server of their host names';

class TooLate extends Error {
  constructor(ms: number) {
    super(`no result within ${ms / 1_000} s`);
  }
}
