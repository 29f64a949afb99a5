import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Disqualified, type Bench, type ContestantName, type PreparedBench, type Stage } from './contract';
import { surroundings, type Surroundings } from './quiet';
import type { Turn } from './results';
import { figure } from './table';

/** All turns of a bench, and what else the machine did before each round. */
export interface Played {
  readonly turns: readonly Turn[];
  readonly around: readonly Surroundings[];
  /** Who had no turns, and what was missing. */
  readonly leftOut: Readonly<Partial<Record<ContestantName, string>>>;
}

/** Plays a bench: in each round every contestant has its turn. A contestant that is disqualified has no more turns. */
export async function play(bench: Bench, stage: Stage): Promise<Played> {
  stage.tell(`${bench.name}: preparing (${bench.notification})`);
  const prepared = await bench.prepare(stage);
  const { leftOut = {} } = prepared;
  const contestants = bench.contestants.filter((one) => leftOut[one] === undefined);
  const turns: Turn[] = [];
  const around: Surroundings[] = [];
  try {
    for (let round = 1; round <= stage.options.rounds; round += 1) {
      around.push(await surroundings());
      for (const contestant of contestants) {
        if (round > (bench.turns?.[contestant] ?? round)) continue;
        if (turns.some((turn) => turn.contestant === contestant && turn.fault !== null)) continue;
        await settle();
        const turn = await takeTurn(prepared, contestant, round, (line) => stage.tell(line));
        turns.push(turn);
        stage.tell(`${bench.name}, round ${round} of ${stage.options.rounds}, ${contestant}: ${said(turn)}`);
      }
    }
  } finally {
    await prepared.close();
  }
  return { turns, around, leftOut };
}

async function takeTurn(
  prepared: PreparedBench,
  contestant: ContestantName,
  round: number,
  tell: Stage['tell'],
): Promise<Turn> {
  try {
    return { contestant, round, measurements: await prepared.run(contestant, round), fault: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Disqualified) return { contestant, round, measurements: [], fault: message };
    const [first = ''] = message.split('\n');
    tell(error instanceof Error ? (error.stack ?? message) : message);
    return { contestant, round, measurements: [], fault: `it failed: ${first}` };
  }
}

/** What the last turn wrote is on the disk before the next begins. */
async function settle(): Promise<void> {
  await promisify(execFile)('sync').catch(() => undefined);
}

function said({ measurements, fault }: Turn): string {
  if (fault !== null) return `disqualified: ${fault}`;
  return measurements
    .map((one) => `${one.case === '' ? '' : `${one.case}: `}${one.fault ?? `${figure(one.value)} ${one.unit}`}`)
    .join(', ');
}
