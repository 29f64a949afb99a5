import { unlessAborted } from '@mps-ledger/async';
import type { Environment, Logger } from '@mps-ledger/platform';
import type { CheckedDeployment } from './check';
import { checksOf } from './checks';
import { readDeployment } from './deployment';
import { viewLedger } from './ledger';
import { runChecks } from './run-checks';

export interface ExamineDeploymentOptions {
  readonly env: Environment;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called with each check as soon as it and those before it are done. Default: not called. */
  readonly onChecked?: (check: CheckedDeployment) => void;
}

/** Checks the deployment of an environment, and closes what it opened. Rejects with the signal's reason only. */
export async function examineDeployment(options: ExamineDeploymentOptions): Promise<readonly CheckedDeployment[]> {
  const { env, logger, signal, onChecked } = options;
  const ledger = viewLedger(readDeployment(env), logger);
  const results: CheckedDeployment[] = [];
  const all = async (): Promise<void> => {
    for await (const check of runChecks(checksOf(ledger))) {
      if (signal.aborted) return;
      results.push(check);
      onChecked?.(check);
    }
  };
  try {
    await unlessAborted(signal, all());
    return results;
  } finally {
    await ledger.close();
  }
}
