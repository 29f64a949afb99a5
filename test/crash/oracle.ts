import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from './programs';
import type { Target } from './targets/target';

/** What the verifier found between what was acknowledged, the log, the rows and the truth. */
export interface Verdict {
  readonly isWell: boolean;
  /** All of these are null where the verifier could not say. */
  readonly lost: number | null;
  readonly doubled: number | null;
  readonly differing: number | null;
  /** Its findings, in words; none where all is well. */
  readonly findings: readonly string[];
}

export interface Evidence {
  readonly journals: readonly string[];
  readonly truths: readonly string[];
}

const VERIFIER = 'apps/verifier/main.js';
/** How long it waits for the rows to be as far as the log, in seconds. */
const WAIT = 120;

/** Runs the verifier over a target that is at rest. */
export async function verify(target: Target, { journals, truths }: Evidence): Promise<Verdict> {
  const files = [...journals.flatMap((path) => ['--journal', path]), ...truths.flatMap((path) => ['--truth', path])];
  const name = `verifier-${journals.length}`;
  const args = [...files, '--json', '--wait', `${WAIT}`];
  const program = startProgram({ name, script: VERIFIER, args, variables: target.variables, folder: target.folder });
  const { code, signal } = await program.ended;
  const said = (kind: string): string => readFileSync(join(target.folder, `${name}.${kind}`), 'utf8').trim();
  if (code === 0) return { isWell: true, lost: 0, doubled: 0, differing: 0, findings: [] };
  const words = [`the verifier ended with ${signal ?? code}`, said('out').slice(-2_000), said('err').slice(-1_000)];
  return { isWell: false, lost: null, doubled: null, differing: null, findings: words };
}
