import type { ConfigurationMistake } from '../configuration/configuration-error';
import type { Environment } from '../configuration/given-values';
import { armFailpoints, type ArmedFailpoint } from './failpoints';

/** The result of reading the variable `FAILPOINTS`. */
export interface FailpointSettings {
  readonly points: ReadonlyMap<string, ArmedFailpoint>;
  /** Errors in it; only under NODE_ENV=test, as it is not read otherwise. */
  readonly mistakes: readonly ConfigurationMistake[];
  /** It is set, but ignored, because NODE_ENV is not test. */
  readonly ignored: boolean;
}

const ONE = /^([a-z.-]+)=(kill|stop)(?:@([1-9]\d{0,8}))?$/;

/**
 * Reads `FAILPOINTS`: `name=action@n`, several separated by `;`, `@n` being the passing (default: the first), for example
 * `ingest.before-append=kill@3;projector.in-batch=stop`. Honoured under `NODE_ENV=test` only.
 *
 * @param known the program's failpoints; any other name is an error.
 */
export function parseFailpoints(env: Environment, known: readonly string[]): FailpointSettings {
  const text = env['FAILPOINTS'] ?? '';
  if (text === '') return { points: new Map(), mistakes: [], ignored: false };
  if (env['NODE_ENV'] !== 'test') return { points: new Map(), mistakes: [], ignored: true };
  const points = new Map<string, ArmedFailpoint>();
  const mistakes: ConfigurationMistake[] = [];
  for (const part of text.split(';').map((one) => one.trim())) {
    const [, name, action, at = '1'] = ONE.exec(part) ?? [];
    if (name === undefined)
      mistakes.push(mistake(part, 'is not right; it must be name=kill or name=stop, or either with @n'));
    else if (!known.includes(name))
      mistakes.push(mistake(name, `is no failpoint of this program; it must be one of ${known.join(', ')}.`));
    else points.set(name, { action: action === 'stop' ? 'stop' : 'kill', at: Number(at) });
  }
  return { points, mistakes, ignored: false };
}

function mistake(given: string, message: string): ConfigurationMistake {
  return { key: 'FAILPOINTS', message: `= ${JSON.stringify(given.slice(0, 80))} ${message}` };
}

/** Arms the failpoints in a worker thread, after the main thread has validated them. Each thread counts its own passings. */
export function armFailpointsOfThread(env: Environment, known: readonly string[]): void {
  armFailpoints(parseFailpoints(env, known).points);
}
