import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { MAX_SOURCES, SOURCE_SCHEMAS, type SourceKindName, type SourceOfFile } from './sources-schema';
import type { PlacedDocument, PlacedMistake } from './yaml-places';

const KINDS = Object.keys(SOURCE_SCHEMAS) as SourceKindName[];

/** The sources of a document, and what is wrong with their members. */
export interface ShapeOfFile {
  /** In the order of the file; null for one whose members are not right. */
  readonly sources: readonly (SourceOfFile | null)[];
  readonly mistakes: readonly PlacedMistake[];
}

/** Compares a document with the schema. Values are never shown, as some are secrets. */
export function checkShape({ value, placed }: PlacedDocument): ShapeOfFile {
  if (!isMap(value)) return { sources: [], mistakes: [placed([], 'the file must be a map with a list: sources')] };
  const unknown = Object.keys(value).filter((name) => name !== 'sources');
  const mistakes = unknown.map((name) => placed([], `${quoted(name)} is no member of this file; it has sources`, name));
  const { sources } = value;
  if (!Array.isArray(sources) || sources.length === 0 || sources.length > MAX_SOURCES)
    return {
      sources: [],
      mistakes: [...mistakes, placed(['sources'], `sources must be a list of 1 to ${MAX_SOURCES}`)],
    };
  const checks = validators();
  const found = sources.map((source: unknown, index) => mistakesOf(source, index, checks, placed));
  return {
    sources: sources.map((source: unknown, index) =>
      found[index]?.isUsable === true ? (source as SourceOfFile) : null,
    ),
    mistakes: [...mistakes, ...found.flatMap((one) => one.mistakes), ...idsUsedTwice(sources, placed)],
  };
}

/** Ids that are used twice, also by a source that is not right otherwise. */
function idsUsedTwice(sources: readonly unknown[], placed: PlacedDocument['placed']): readonly PlacedMistake[] {
  const ids = sources.map((source) => (isMap(source) && typeof source['id'] === 'string' ? source['id'] : undefined));
  return ids.flatMap((id, index) => {
    const before = id === undefined ? index : ids.indexOf(id);
    return before === index ? [] : [usedTwice('id', index, before, placed)];
  });
}

/** What is said where two sources have the same id, or the same path. */
export function usedTwice(
  what: 'id' | 'path',
  index: number,
  before: number,
  placed: PlacedDocument['placed'],
): PlacedMistake {
  return placed(['sources', index], `sources[${index}] has the ${what} of sources[${before}]; each is used once`);
}

function validators(): ReadonlyMap<string, ValidateFunction> {
  const ajv = new Ajv({ allErrors: true, strict: true, validateSchema: false });
  return new Map(KINDS.map((kind) => [kind, ajv.compile(SOURCE_SCHEMAS[kind])]));
}

interface FoundInSource {
  readonly mistakes: readonly PlacedMistake[];
  /** Whether its members are right, apart from those that do not belong there. */
  readonly isUsable: boolean;
}

function mistakesOf(
  source: unknown,
  index: number,
  checks: ReadonlyMap<string, ValidateFunction>,
  placed: PlacedDocument['placed'],
): FoundInSource {
  const where = `sources[${index}]`;
  const unusable = (mistake: PlacedMistake): FoundInSource => ({ mistakes: [mistake], isUsable: false });
  if (!isMap(source)) return unusable(placed(['sources', index], `${where} must be a map with id, kind and more`));
  const kind = typeof source['kind'] === 'string' ? source['kind'] : '';
  const check = checks.get(kind);
  if (check === undefined)
    return unusable(placed(['sources', index, 'kind'], `${where}.kind must be one of ${KINDS.join(', ')}`));
  const errors = check(source) ? [] : (check.errors ?? []);
  return {
    mistakes: errors.map((error) => placedError(error, kind as SourceKindName, index, placed)),
    isUsable: errors.every(({ keyword }) => keyword === 'additionalProperties'),
  };
}

function placedError(
  { keyword, instancePath, params }: ErrorObject,
  kind: SourceKindName,
  index: number,
  placed: PlacedDocument['placed'],
): PlacedMistake {
  const path = instancePath.split('/').slice(1);
  const given = params as { missingProperty?: string; additionalProperty?: string };
  const where = ['sources', index, ...path.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
  if (keyword === 'required')
    return placed(where, `sources[${index}] lacks ${given.missingProperty}: ${described(kind, given.missingProperty)}`);
  if (keyword === 'additionalProperties') {
    const name = given.additionalProperty ?? '';
    return placed(where, `sources[${index}] of kind ${kind} has no member ${quoted(name)}.${meant(kind, name)}`, name);
  }
  return placed(where, `sources[${index}].${path.join('.')} is not right: ${described(kind, path[0])}`);
}

/** What a member is, in the words of the schema. */
function described(kind: SourceKindName, name: string | undefined): string {
  const properties = SOURCE_SCHEMAS[kind].properties as Readonly<Record<string, { readonly description?: string }>>;
  return properties[name ?? '']?.description ?? 'see docs/sources.schema.json';
}

function meant(kind: SourceKindName, name: string): string {
  const names = Object.keys(SOURCE_SCHEMAS[kind].properties);
  if (names.includes(`${name}_file`)) return ` A secret is given as ${name}_file, the name of a file.`;
  return ` It may have ${names.join(', ')}.`;
}

const quoted = (name: string): string => JSON.stringify(name.slice(0, 64));

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
