import { isList, isObject } from './json';
import type { Json, JsonObject } from './json';

/** How much an output is; 0 where the provider does not say. */
export interface OutputMeasure {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** Longer and larger ones are nonsense and count as nothing: some three years, and 100 TB. */
const LONGEST_SECONDS = 1e8;
const MOST_BYTES = 1e14;

/** The length and size of an output: its `Duration` (seconds) and `Size` (bytes), else those of its `MetaData` or of the files of its `FileList`. */
export function measureOutput(output: Json | undefined): OutputMeasure {
  if (!isObject(output)) return { milliseconds: 0, bytes: 0 };
  const seconds = amountOf(output, 'Duration', LONGEST_SECONDS);
  const bytes = amountOf(output, 'Size', MOST_BYTES);
  return { milliseconds: Math.round(seconds * 1000), bytes: Math.floor(bytes) };
}

function amountOf(output: JsonObject, name: string, most: number): number {
  const { [name]: own, MetaData: metadata, FileList: files } = output;
  const amounts = own !== undefined ? [own] : partsOf(metadata, files).map((part) => part[name]);
  const sum = amounts.reduce<number>((total, amount) => total + (typeof amount === 'number' ? amount : 0), 0);
  return sum >= 0 && sum <= most ? sum : 0;
}

function partsOf(metadata: Json | undefined, files: Json | undefined): readonly JsonObject[] {
  if (isObject(metadata)) return [metadata];
  return isList(files) ? files.filter(isObject) : [];
}
