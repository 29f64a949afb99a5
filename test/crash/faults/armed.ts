import type { Round } from '../fault';
import type { RunningProgram, Variables } from '../programs';
import { promised } from '../promises';

/** With these a program kills itself when it passes a failpoint so many times. */
export const armed = (name: string, at: number): Variables => ({ NODE_ENV: 'test', FAILPOINTS: `${name}=kill@${at}` });

/** Waits until the program has killed itself at its failpoint. */
export async function untilDead(program: RunningProgram, name: string, round: Round): Promise<void> {
  const { code, signal } = await program.ended;
  promised(signal === 'SIGKILL', `the program was to die at ${name} and ended with ${signal ?? code}`);
  round.killed();
}
