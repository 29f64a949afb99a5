import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ConfiguredSource } from '../notification-sources';
import { checkShape } from './check-shape';
import type { CallbackListener } from './forward-to';
import { MAX_FORWARDED, type SourceOfFile } from './sources-schema';
import { sourceOf, type SourceReading } from './source-of-file';
import { readPlaced, type PlacedDocument, type PlacedMistake } from './yaml-places';

/** The sources of a file, or everything that is wrong with it, as lines that begin with its name and the place. */
export type SourcesOfFile =
  { readonly sources: readonly ConfiguredSource[] } | { readonly mistakes: readonly string[] };

export interface ReadSourcesOptions {
  /** Whether other machines reach the callback listener, so that a path must not be guessed. */
  readonly isOpen: boolean;
  /** Where the callback listener listens. Default: not known. */
  readonly listener?: CallbackListener;
}

const MAX_FILE_BYTES = 1024 * 1024;

/** Reads a file of sources (YAML or JSON), and the files of secrets that it names. Never throws. */
export function readSourcesFile(file: string, { isOpen, listener }: ReadSourcesOptions): SourcesOfFile {
  const shape = readShape(file);
  if ('mistakes' in shape) return shape;
  const { document } = shape;
  const mistakes: PlacedMistake[] = [];
  const sources = shape.sources.flatMap((given, index) => {
    const reading: SourceReading = {
      folder: dirname(resolve(file)),
      ...{ isOpen, listener },
      mistake: (name, message) => {
        mistakes.push(document.placed(['sources', index, name], `sources[${index}].${name} ${message}`, undefined));
      },
    };
    const source = sourceOf(given, reading);
    return source === null ? [] : [source];
  });
  mistakes.push(
    ...duplicates(shape.sources, sources, (index, message) => document.placed(['sources', index], message)),
  );
  if (sources.filter(({ forwardTo }) => forwardTo !== undefined).length > MAX_FORWARDED)
    mistakes.push(document.placed(['sources'], `more than ${MAX_FORWARDED} sources have forward_to`));
  return mistakes.length > 0 ? { mistakes: asLines(file, mistakes) } : { sources };
}

/** The sources of a file by name, without their secrets. */
export type SourceNames =
  | { readonly sources: readonly Pick<SourceOfFile, 'id' | 'kind' | 'account'>[] }
  | { readonly mistakes: readonly string[] };

/** Reads which sources a file names; the files of secrets are not read. Never throws. */
export function readSourceNames(file: string): SourceNames {
  const shape = readShape(file);
  return 'mistakes' in shape ? shape : { sources: shape.sources };
}

interface Shape {
  readonly document: PlacedDocument;
  readonly sources: readonly SourceOfFile[];
}

function readShape(file: string): Shape | { readonly mistakes: readonly string[] } {
  const text = readText(file);
  if (typeof text !== 'string') return { mistakes: [`${file}: ${text.problem}`] };
  const document = readPlaced(text);
  const shape = document.mistakes.length > 0 ? { mistakes: document.mistakes } : checkShape(document);
  return 'mistakes' in shape ? { mistakes: asLines(file, shape.mistakes) } : { document, sources: shape.sources };
}

function readText(file: string): string | { readonly problem: string } {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return { problem: `it has more than ${MAX_FILE_BYTES} bytes` };
    return readFileSync(file, 'utf8');
  } catch (error) {
    return { problem: `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'an unknown reason'}` };
  }
}

/** Ids and paths that are used twice. */
function duplicates(
  given: readonly SourceOfFile[],
  sources: readonly ConfiguredSource[],
  placed: (index: number, message: string) => PlacedMistake,
): readonly PlacedMistake[] {
  const mistakes: PlacedMistake[] = [];
  const paths = new Map(sources.map((source) => [source.id, 'path' in source ? source.path : undefined]));
  const first = { id: new Map<string, number>(), path: new Map<string, number>() };
  const note = (what: 'id' | 'path', value: string | undefined, index: number): void => {
    const before = value === undefined ? undefined : first[what].get(value);
    if (before !== undefined)
      mistakes.push(placed(index, `sources[${index}] has the ${what} of sources[${before}]; each is used once`));
    else if (value !== undefined) first[what].set(value, index);
  };
  for (const [index, source] of given.entries()) {
    const path = 'path' in source ? source.path : undefined;
    note('id', source.id, index);
    note('path', path ?? paths.get(source.id), index);
  }
  return mistakes;
}

function asLines(file: string, mistakes: readonly PlacedMistake[]): readonly string[] {
  const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
  return sorted.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
}
