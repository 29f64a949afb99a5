import { promised } from '../../promises';
import type { AppName, AppPrograms } from '../../targets/app-programs';

/** Each of them still runs, and becomes ready by itself: none has to be started again. */
export async function sameProgramsReady(target: AppPrograms, names: readonly AppName[] = ONE_OF_EACH): Promise<void> {
  for (const name of names) promised(target.app(name)?.isRunning() === true, `${name} did not outlive it`);
  await Promise.all(names.map((name) => target.startApp(name)));
}

export const ONE_OF_EACH: readonly AppName[] = ['ingest', 'projector', 'query'];

/** Process ids of those that run. */
export function pidsOf(target: AppPrograms, names: readonly AppName[] = ONE_OF_EACH): readonly number[] {
  return names.flatMap((name) => target.app(name)?.pid ?? []);
}
