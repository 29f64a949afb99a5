import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { BrokerPlace } from './broker-properties';

/** Brokers that outlive whoever started them, as they are noted beside their data. */
export interface Standing {
  readonly clusterId: string;
  readonly brokers: readonly (BrokerPlace & { readonly pid: number })[];
}

const NOTES = 'standing.json';

export function writeNotes(folder: string, standing: Standing): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, NOTES), `${JSON.stringify(standing, null, 2)}\n`);
}

export function readNotes(folder: string): Standing | undefined {
  const file = join(folder, NOTES);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Standing) : undefined;
}

/** The folders below one that hold brokers' notes. */
export function notedBelow(folder: string): { readonly place: string; readonly standing: Standing }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const standing = readNotes(join(folder, name));
    return standing === undefined ? [] : [{ place: join(folder, name), standing }];
  });
}

/** Node ids of those whose process lives; a pid that another process has by now does not count. */
export async function alive({ brokers }: Standing): Promise<number[]> {
  const checked = await Promise.all(
    brokers.map(async ({ nodeId, pid, folder }) => {
      const said = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined);
      return said?.stdout.includes(folder) === true ? [nodeId] : [];
    }),
  );
  return checked.flat();
}

export function addressOf({ brokers }: Standing): string {
  return brokers.map(({ advertisedPort }) => `127.0.0.1:${advertisedPort}`).join(',');
}
