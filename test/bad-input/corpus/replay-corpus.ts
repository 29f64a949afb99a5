import { askApi } from './ask-api';
import type { Setting } from './bytes';
import type { Case } from './case';
import { chosen, loadCorpus } from './load-cases';
import { replayCase, type Replayed } from './replay-case';

export interface ReplayCorpusOptions {
  /** Where callbacks are sent to: `http://127.0.0.1:8081/notify/mps`. */
  readonly to: string;
  /** `http://127.0.0.1:8080`. */
  readonly api: string;
  /** Key of the API. Default: it asks for none. */
  readonly apiKey?: string;
  /** Only these cases. Default: all. */
  readonly names?: readonly string[];
  /** NotifyKey of the source. Default: it has none. */
  readonly sign?: string;
  /** Is given a line at a time. */
  readonly out: (line: string) => void;
}

export interface CorpusResult {
  readonly run: number;
  /** Cases of which something was not as it must be. */
  readonly different: number;
}

/**
 * Plays the corpus of bad input against any running system, and says of each case what must come and what came. Cases that
 * wait run beside the others. Rejects where a case is not known or there is no system.
 */
export async function replayCorpus(options: ReplayCorpusOptions): Promise<CorpusResult> {
  const { to, api, apiKey = null, names = [], sign = null, out } = options;
  const corpus = loadCorpus();
  const cases = chosen(corpus.cases, names);
  const setting = { to: new URL(to), api: { url: new URL(api), key: apiKey }, bodies: corpus.bodies, key: sign };
  await askApi(setting.api, '/livez');
  let different = 0;
  const play = async (one: Case): Promise<void> => {
    const replayed = await replay(one, { ...setting, now: Date.now() });
    if (replayed.differences.length > 0) different += 1;
    for (const line of linesOf(replayed)) out(line);
  };
  const patient = cases.filter(({ slow }) => slow === true).map(play);
  for (const one of cases.filter(({ slow }) => slow !== true)) await play(one);
  await Promise.all(patient);
  out(`${cases.length} cases, ${different} of them not as they must be`);
  return { run: cases.length, different };
}

/** A system that goes away is a difference of its own, not the end of the replay. */
async function replay(one: Case, setting: Setting): Promise<Replayed> {
  try {
    return await replayCase(one, setting);
  } catch (error) {
    const differences = [`it could not be played to its end: ${String(error)}`];
    return { name: one.name, expected: one.about, got: 'a failure', differences };
  }
}

function linesOf({ name, expected, got, differences }: Replayed): readonly string[] {
  if (differences.length === 0) return [`as expected  ${name}: ${got}`];
  return [
    `DIFFERENT    ${name}: expected ${expected}, got ${got}`,
    ...differences.map((line) => `               ${line}`),
  ];
}
