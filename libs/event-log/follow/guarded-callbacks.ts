import type { Logger } from '../port/logger';
import type { FollowOptions } from '../port/port';

/** Catches and logs what the reporting callbacks throw: they must not break the follower. */
export function guardCallbacks(options: FollowOptions, logger: Logger): FollowOptions {
  const guard =
    <Args extends unknown[]>(report: ((...args: Args) => void) | undefined) =>
    (...args: Args): void => {
      try {
        report?.(...args);
      } catch (error) {
        logger.error({ err: error, group: options.group, topic: options.topic }, 'a callback of the follower threw');
      }
    };
  return {
    ...options,
    onFailure: guard(options.onFailure),
    onOwnership: guard(options.onOwnership),
    onOutage: guard(options.onOutage),
  };
}
