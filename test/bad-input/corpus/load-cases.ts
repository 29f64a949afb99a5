import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@mps-ledger/platform';
import { checkoutFolder } from '../checkout-folder';
import type { Case } from './case';

const FOLDER = 'test/fixtures/bad';

export interface Corpus {
  readonly cases: readonly Case[];
  /** Where the bodies lie that cases name. */
  readonly bodies: string;
}

/** Reads the corpus of this checkout: the cases of all files, by name of file. Throws where there is none, or it is unsound. */
export function loadCorpus(folder: string = checkoutFolder(FOLDER)): Corpus {
  const files = readdirSync(join(folder, 'cases')).filter((name) => name.endsWith('.json'));
  const cases = files.sort().flatMap((name) => JSON.parse(readFileSync(join(folder, 'cases', name), 'utf8')) as Case[]);
  const names = cases.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two cases of the corpus are called ${twice}`);
  return { cases, bodies: join(folder, 'bodies') };
}

/** The cases with these names, or all. Throws, naming what there is, where there is no such case. */
export function chosen(cases: readonly Case[], names: readonly string[]): readonly Case[] {
  const unknown = names.find((name) => !cases.some((one) => one.name === name));
  if (unknown === undefined) return names.length === 0 ? cases : cases.filter(({ name }) => names.includes(name));
  throw new UsageError(`there is no case ${unknown}; there are: ${cases.map(({ name }) => name).join(', ')}`);
}
