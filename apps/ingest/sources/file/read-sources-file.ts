import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ConfiguredSource } from '../notification-sources';
import { checkShape, usedTwice, type ShapeOfFile } from './check-shape';
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

/**
 * Reads a file of sources (YAML or JSON), and the files of secrets that it names. Never throws. What is wrong with one source does not
 * hide what is wrong with another; only a text that is no YAML is reported alone.
 */
export function readSourcesFile(file: string, { isOpen, listener }: ReadSourcesOptions): SourcesOfFile {
  const shape = readShape(file);
  if ('unreadable' in shape) return { mistakes: shape.unreadable };
  const { placed } = shape.document;
  const mistakes = [...shape.mistakes];
  const sources = shape.sources.map((given, index) => {
    const reading: SourceReading = {
      folder: dirname(resolve(file)),
      ...{ isOpen, listener },
      mistake: (name, message) => {
        mistakes.push(placed(['sources', index, name], `sources[${index}].${name} ${message}`));
      },
    };
    return given === null ? null : sourceOf(given, reading);
  });
  const configured = sources.filter((source) => source !== null);
  mistakes.push(...pathsUsedTwice(shape.sources, sources, placed));
  if (configured.filter(({ forwardTo }) => forwardTo !== undefined).length > MAX_FORWARDED)
    mistakes.push(placed(['sources'], `more than ${MAX_FORWARDED} sources have forward_to`));
  return mistakes.length > 0 ? { mistakes: asLines(file, mistakes) } : { sources: configured };
}

/** The sources of a file by name, without their secrets. */
export type SourceNames =
  | { readonly sources: readonly Pick<SourceOfFile, 'id' | 'kind' | 'account'>[] }
  | { readonly mistakes: readonly string[] };

/** Reads which sources a file names; the files of secrets are not read. Never throws. */
export function readSourceNames(file: string): SourceNames {
  const shape = readShape(file);
  if ('unreadable' in shape) return { mistakes: shape.unreadable };
  const { sources, mistakes } = shape;
  return mistakes.length > 0
    ? { mistakes: asLines(file, mistakes) }
    : { sources: sources.filter((source) => source !== null) };
}

interface Shape extends ShapeOfFile {
  readonly document: PlacedDocument;
}

function readShape(file: string): Shape | { readonly unreadable: readonly string[] } {
  const text = readText(file);
  if (typeof text !== 'string') return { unreadable: [`${file}: ${text.problem}`] };
  const document = readPlaced(text);
  if (!document.isReadable) return { unreadable: asLines(file, document.mistakes) };
  const { sources, mistakes } = checkShape(document);
  return { document, sources, mistakes: [...document.mistakes, ...mistakes] };
}

function readText(file: string): string | { readonly problem: string } {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return { problem: `it has more than ${MAX_FILE_BYTES} bytes` };
    return readFileSync(file, 'utf8');
  } catch (error) {
    return { problem: `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'an unknown reason'}` };
  }
}

/** Paths that are used twice, also where a source is not right otherwise. */
function pathsUsedTwice(
  given: readonly (SourceOfFile | null)[],
  sources: readonly (ConfiguredSource | null)[],
  placed: PlacedDocument['placed'],
): readonly PlacedMistake[] {
  const paths = given.map((one, index) => {
    const source = sources[index];
    if (source && 'path' in source) return source.path;
    return one !== null && 'path' in one ? one.path : undefined;
  });
  return paths.flatMap((path, index) => {
    const before = path === undefined ? index : paths.indexOf(path);
    return before === index ? [] : [usedTwice('path', index, before, placed)];
  });
}

function asLines(file: string, mistakes: readonly PlacedMistake[]): readonly string[] {
  const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
  return sorted.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
}
