import { Link, useAddress } from '../routing/router';
import { withPanel } from './task-address';

interface WhyButtonProps {
  /** The name of the value. */
  readonly value: string;
  /** The key of the subtask whose value it is. Default: the task itself. */
  readonly subtask?: string;
}

/** Asks why a value is what it is. */
export function WhyButton({ value, subtask }: WhyButtonProps) {
  const address = useAddress();
  return (
    <Link
      class="why"
      to={withPanel(address, { of: 'why', value, subtask: subtask ?? null })}
      aria-label={`Why this ${value.replaceAll('_', ' ')}?`}
    >
      why?
    </Link>
  );
}
