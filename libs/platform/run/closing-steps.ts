import { failpoint } from '../failpoints/failpoints';
import type { Logger } from '../logging/make-logger';

/** Passed before each step. */
export const CLOSING_FAILPOINT = 'shutdown.closing';

export interface ClosingStep {
  readonly name: string;
  readonly close: () => Promise<void> | void;
  /** It may take this long; then the next step begins. */
  readonly limitMs: number;
}

/**
 * Takes the steps out of the list and runs them one after the other, the last one first; a step that is added during the run is
 * run as well. A step that fails or exceeds its limit is logged, and the next one runs. `hurry`, once aborted, cuts each
 * step's limit to `hurriedMs`. Resolves with the names of the steps that failed or were late.
 */
export async function runClosingSteps(
  steps: ClosingStep[],
  logger: Logger,
  hurry: AbortSignal,
  hurriedMs = 2000,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    failpoint(CLOSING_FAILPOINT);
    const began = Date.now();
    const outcome = await outcomeOf(step, hurry, hurriedMs);
    const members = { step: step.name, ms: Date.now() - began };
    if (outcome.kind === 'done') logger.debug(members, 'closed');
    else {
      failed.push(step.name);
      if (outcome.kind === 'failed') logger.error({ ...members, err: outcome.error }, 'closing failed');
      else logger.warn(members, 'closing takes too long; continuing with the next step');
    }
  }
  return failed;
}

type Outcome = { kind: 'done' } | { kind: 'late' } | { kind: 'failed'; error: unknown };

async function outcomeOf(step: ClosingStep, hurry: AbortSignal, hurriedMs: number): Promise<Outcome> {
  const timers: NodeJS.Timeout[] = [];
  let onHurry = (): void => undefined;
  const late = new Promise<Outcome>((resolve) => {
    const give = (ms: number) => timers.push(setTimeout(() => resolve({ kind: 'late' }), ms));
    give(hurry.aborted ? Math.min(hurriedMs, step.limitMs) : step.limitMs);
    onHurry = () => void give(hurriedMs);
    hurry.addEventListener('abort', onHurry, { once: true });
  });
  try {
    return await Promise.race([closed(step), late]);
  } finally {
    hurry.removeEventListener('abort', onHurry);
    timers.forEach(clearTimeout);
  }
}

async function closed(step: ClosingStep): Promise<Outcome> {
  try {
    await step.close();
    return { kind: 'done' };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
