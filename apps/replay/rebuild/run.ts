import type { LedgerToolConfig, Logger } from '@mps-ledger/platform';
import { setPriority } from 'node:os';
import type { Arguments } from './arguments';
import { confirmAt } from './confirm';
import { readEnds } from './load/load';
import { openLedgerToRebuild } from './open-ledger';
import { makeRebuildDisplay, RebuildProgress } from './progress';
import { rebuild, type RebuildResult } from './rebuild';

export interface RunOptions {
  readonly args: Arguments;
  readonly config: LedgerToolConfig;
  readonly logger: Logger;
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** Connections beside those of the partitions: the lease, the lock while it begins, what is shown. */
const CONNECTIONS_BESIDE = 3;
/** Between two lines where there is no terminal, in ms, and between two updates of a bar. */
const LINE_MS = 2_000;
const BAR_MS = 250;
/** Lower than that of the programs that serve: they come first. */
const PRIORITY = 10;

/** Opens the ledger, rebuilds its read model and closes it. Null where it was not confirmed. */
export async function run({ args, config, logger, stdin, stderr, signal }: RunOptions): Promise<RebuildResult | null> {
  lowerPriority(logger);
  const ledger = await openLedgerToRebuild(config, logger, args.concurrency + CONNECTIONS_BESIDE);
  const progress = new RebuildProgress();
  const display = makeRebuildDisplay(stderr, args.json);
  const timers: NodeJS.Timeout[] = [];
  const begin = (): void => {
    const show = (): void => display.show(progress.figures());
    timers.push(setInterval(show, stderr.isTTY && !args.json ? BAR_MS : LINE_MS));
    timers.push(
      setInterval(
        () =>
          void readEnds(ledger.log).then(
            (ends) => progress.reaches(ends),
            () => undefined,
          ),
        LINE_MS,
      ),
    );
  };
  try {
    const confirm = confirmAt({ input: stdin, output: stderr }, args, signal);
    return await rebuild({
      ...{ ledger, args, progress, logger, signal },
      async confirm(plan) {
        const reason = await confirm(plan);
        if (reason !== null) begin();
        return reason;
      },
    });
  } finally {
    timers.forEach(clearInterval);
    display.end();
    await ledger.close();
  }
}

function lowerPriority(logger: Logger): void {
  try {
    setPriority(PRIORITY);
  } catch (error) {
    logger.debug({ err: error }, 'the priority of this process could not be lowered');
  }
}
