import { askForReason, UsageError } from '@mps-ledger/platform';
import type { Arguments } from './arguments';
import { inWords } from './disk-space';
import type { RebuildPlan } from './plan-rebuild';

/** A terminal to ask at. */
export interface Asked {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Says what would be done, and asks for a reason, unless there is one, and for confirmation. @throws UsageError where nobody can be asked */
export function confirmAt(
  { input, output }: Asked,
  { yes, reason }: Pick<Arguments, 'yes' | 'reason'>,
  signal: AbortSignal,
) {
  if (!yes && !(input.isTTY && output.isTTY))
    throw new UsageError(
      'A rebuild takes disk space and time, and nobody can be asked here: give --yes and --reason TEXT.',
    );
  return async (plan: RebuildPlan): Promise<string | null> => {
    const said = planInWords(plan);
    output.write(`${said}\n`);
    return yes ? reason : askForReason({ input, output }, 'Rebuild?', reason, signal);
  };
}

function planInWords({ live, begun, space: { needed, free } }: RebuildPlan): string {
  const what =
    begun === null ? `A new build beside build ${live.n}, which is read` : `Build ${begun.n}, which was begun`;
  const there =
    free === null ? 'how much the disk of the database has free is not known here' : `${inWords(free)} are free`;
  return `${what}. It needs about ${inWords(needed)} of disk; ${there}.`;
}
