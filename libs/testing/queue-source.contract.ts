import { badAnswersContract } from './queue-contract/bad-answers.contract';
import { queueContext } from './queue-contract/context';
import { deliveryContract } from './queue-contract/delivery.contract';
import { troubleContract } from './queue-contract/trouble.contract';
import type { QueueSourceUnderTest } from './queue-contract/tested-kind';

/** Generous: only failures take that long. */
const TIMEOUT_MS = 120_000;

/**
 * What a source promises that receives from a queue of any kind: never deleted before logged, nothing received while the log is away,
 * nothing lost, no trouble for others, and what a bad answer does. To be called in a spec file for each kind.
 */
export function queueSourceContract(name: string, kind: QueueSourceUnderTest): void {
  jest.setTimeout(TIMEOUT_MS);
  describe(`a source that is a queue of ${name}`, () => {
    const context = queueContext(kind);
    deliveryContract(context);
    troubleContract(context);
    badAnswersContract(context);
  });
}
