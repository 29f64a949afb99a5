import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { projectionSchema, readModelIn } from '@mps-ledger/read-model';
import { makePostgresLog, type EventLog } from '@mps-ledger/event-log';
import { testDatabase, type DatabaseTemplate } from '@mps-ledger/testing';
import type { CheckName, Difference } from '../../apps/verifier/report/findings';
import { noProgress } from '../../apps/verifier/report/progress';
import { verify, type Result } from '../../apps/verifier/verify';

/** A ledger of its own for one corruption. */
export interface Planted {
  readonly pool: Pool;
  readonly log: EventLog;
  readonly url: string;
}

export interface Given {
  readonly journal?: readonly object[];
  readonly truth?: readonly object[];
}

/** Clones the ledger, lets something be done to it, and verifies it. */
export async function verifyAfter(
  template: DatabaseTemplate,
  given: Given,
  plant: (ledger: Planted) => Promise<unknown>,
): Promise<Result> {
  const database = await testDatabase({ template });
  const log = makePostgresLog({ url: database.url });
  try {
    const pool = database.pool();
    await plant({ pool, log, url: database.url });
    return await verifyNow({ pool, log }, given);
  } finally {
    await log.close();
    await database.close();
  }
}

export async function verifyNow({ pool, log }: Omit<Planted, 'url'>, given: Given = {}): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-verify-'));
  const files = (name: string, lines: readonly object[] | undefined): string[] => {
    if (lines === undefined) return [];
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return [join(folder, name)];
  };
  try {
    return await verify({
      ...{
        model: readModelIn(projectionSchema, pool),
        log,
        waitMs: 0,
        progress: noProgress,
        onWaiting: () => undefined,
      },
      ...{ journals: files('journal', given.journal), truths: files('truth', given.truth) },
      signal: new AbortController().signal,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names of the checks that found something. */
export function failing({ checks }: Result): CheckName[] {
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

export function differencesOf(result: Result, name: CheckName): readonly Difference[] {
  return result.checks.find((check) => check.name === name)?.differences ?? [];
}
