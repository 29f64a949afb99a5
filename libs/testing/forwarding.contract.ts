import { forwardingContext, type ForwardingUnderTest } from './forwarding-contract/context';
import { sendingContract } from './forwarding-contract/sending.contract';
import { troubleContract } from './forwarding-contract/trouble.contract';

/** Generous: only failures take that long. */
const TIMEOUT_MS = 180_000;

/** What `forward_to` of a source promises, over any log. To be called in a spec file for each driver. */
export function forwardingContract(name: string, tested: ForwardingUnderTest): void {
  jest.setTimeout(TIMEOUT_MS);
  describe(`forwarding over ${name}`, () => {
    const context = forwardingContext(tested);
    sendingContract(context);
    troubleContract(context);
  });
}
