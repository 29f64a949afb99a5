import type { ConfigurationMistake } from '../configuration/configuration-error';
import type { Settings, SettingsSchema } from '../configuration/setting';
import { readConfiguration, type ReadConfigurationOptions } from '../configuration/read-configuration';
import { armFailpoints } from '../failpoints/failpoints';
import { parseFailpoints } from '../failpoints/parse-failpoints';
import { makeHealth, type Health } from '../health/make-health';
import { makeLogger, type Logger, type LogLevel } from '../logging/make-logger';
import { makeMetrics, type Metrics } from '../metrics/make-metrics';
import { CLOSING_FAILPOINT } from './closing-steps';
import { reportFailure } from './report-failure';
import { makeShutdown, type OnClose, type Shutdown } from './shutdown';

/** Default limit of closing, ms; below the time that container engines and systemd wait by default (10 s). */
export const CLOSE_LIMIT_MS = 7500;

/** What `start` of a program gets. */
export interface Program<S extends SettingsSchema> {
  readonly config: Settings<S>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Aborted when the program is to stop: a start that waits for something gives up. */
  readonly signal: AbortSignal;
  readonly onClose: OnClose;
  /** Ends a running program that cannot continue: logged, everything closed, exit code 1. */
  readonly fail: (error: unknown) => void;
}

export interface Closable {
  close(): Promise<void>;
}

export interface RunProgramOptions<S extends SettingsSchema> extends Omit<ReadConfigurationOptions<S>, 'app'> {
  /** In logs and messages. */
  readonly name: string;
  /** Its settings. `LOG_LEVEL` and `SHUTDOWN_DELAY_MS` are honoured if it has them (`processSettings`). */
  readonly schema: S;
  /** Starts everything. The returned resource, if any, is closed first. */
  readonly start: ((program: Program<S>) => Promise<void>) | ((program: Program<S>) => Promise<Closable>);
  /**
   * Exits once `start` is done, as a setup step does; stopped before, it prints that, with exit code 130 (SIGINT) or 143
   * (SIGTERM). Default false: runs until it is stopped.
   */
  readonly once?: boolean;
  /** Names that `FAILPOINTS` may have beside those of this library. Default: none. */
  readonly failpoints?: readonly string[];
  /** Limit of closing as a whole, ms, without the delay; then the process exits with code 1. Default `CLOSE_LIMIT_MS`. */
  readonly closeLimitMs?: number;
}

/**
 * Runs a program, and exits the process. SIGTERM: not ready at once, closes after SHUTDOWN_DELAY_MS. SIGINT: closes at once.
 * A second signal cuts the limits of closing, a third one exits at once. Exit codes: 0 done or stopped; 1 failed;
 * 2 wrong settings; 130 or 143 a program that runs `once` was stopped before it was done.
 */
export function runProgram<S extends SettingsSchema>(options: RunProgramOptions<S>): Promise<void> {
  return runIn(process, options);
}

/** The same in a process object that a spec supplies. */
export async function runIn<S extends SettingsSchema>(
  host: NodeJS.Process,
  options: RunProgramOptions<S>,
): Promise<void> {
  const failpoints = parseFailpoints(host.env, [CLOSING_FAILPOINT, ...(options.failpoints ?? [])]);
  const doubts: ConfigurationMistake[] = [];
  const config = configurationOf(host, options, failpoints.mistakes, (doubt) => doubts.push(doubt));
  if (config === null) return;
  armFailpoints(failpoints.points);
  const { LOG_LEVEL, SHUTDOWN_DELAY_MS } = config as { LOG_LEVEL?: LogLevel; SHUTDOWN_DELAY_MS?: number };
  const logger = makeLogger({ app: options.name, level: LOG_LEVEL });
  if (failpoints.ignored) logger.warn('FAILPOINTS is set and ignored: it is honoured under NODE_ENV=test only');
  for (const { key, message } of doubts) logger.warn(`${key} ${message}`);
  const health = makeHealth();
  const shutdown = makeShutdown({
    host,
    logger,
    health,
    delayMs: SHUTDOWN_DELAY_MS ?? 0,
    limitMs: options.closeLimitMs ?? CLOSE_LIMIT_MS,
    undone: options.once === true ? `${options.name} was not done. Run it again.` : null,
  });
  const started = health.check('start', () => 'the program is still starting');
  const { onClose, signal, fail } = shutdown;
  const program: Program<S> = { config, logger, metrics: makeMetrics(), health, signal, onClose, fail };
  await start(program, shutdown, options, started);
}

async function start<S extends SettingsSchema>(
  program: Program<S>,
  shutdown: Shutdown,
  options: RunProgramOptions<S>,
  onStarted: () => void,
): Promise<void> {
  try {
    const closable = await options.start(program);
    if (typeof closable === 'object') program.onClose(options.name, () => closable.close());
    onStarted();
    shutdown.started();
    if (options.once === true) {
      shutdown.done();
      shutdown.stop(0);
    }
  } catch (error) {
    shutdown.started();
    if (program.signal.aborted) program.logger.debug({ err: error }, 'the start was given up');
    else shutdown.fail(error);
  }
}

function configurationOf<S extends SettingsSchema>(
  host: NodeJS.Process,
  options: RunProgramOptions<S>,
  others: readonly ConfigurationMistake[],
  onDoubt: (doubt: ConfigurationMistake) => void,
): Settings<S> | null {
  const check = (config: Partial<Settings<S>>) => [...(options.check?.(config) ?? []), ...others];
  try {
    return readConfiguration(options.schema, host.env, { ...options, app: options.name, check, onWarning: onDoubt });
  } catch (error) {
    host.exit(reportFailure(host, error));
    return null;
  }
}
