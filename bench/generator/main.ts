/** The load generator, in a process of its own: does one command after the other that its parent sends. */
import type { Command } from './commands';
import { load } from './loads';

process.on('message', (command: Command) => {
  load(command).then(
    (done) => process.send?.(done),
    (error: unknown) => {
      process.stderr.write(`load generator: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
