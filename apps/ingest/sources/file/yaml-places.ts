import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';

/** A mistake in a file, and where: lines and columns count from 1. */
export interface PlacedMistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A member of a document, by the names and numbers that lead to it. */
export type MemberPath = readonly (string | number)[];

/** A document of YAML, and hence of JSON, that knows where its members are. */
export interface PlacedDocument {
  readonly value: unknown;
  /** Mistakes of the syntax. */
  readonly mistakes: readonly PlacedMistake[];
  /** Whether the value is what was meant, so that its mistakes are worth finding: names used twice and unknown tags do no harm to it. */
  readonly isReadable: boolean;
  /** The place of a member, or of the nearest one around it. With a name, of the name in that map. */
  readonly placed: (path: MemberPath, message: string, name?: string) => PlacedMistake;
}

/** Names that are used more than once are mistakes, and so are tags that nobody knows. */
export function readPlaced(text: string): PlacedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const at = (offset: number, message: string): PlacedMistake => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const mistakes = [...document.errors, ...document.warnings].map(({ pos, message }) => at(pos[0], message));
  const isReadable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  const value = isReadable ? valueOf(document) : { fault: null };
  if (value.fault !== null) mistakes.push(at(0, value.fault));
  return {
    value: 'value' in value ? value.value : undefined,
    mistakes,
    isReadable: isReadable && value.fault === null,
    placed: (path, message, name) => at(offsetOf(document, path, name), message),
  };
}

function valueOf(document: Document): { readonly fault: string | null; readonly value?: unknown } {
  try {
    return { fault: null, value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function offsetOf(document: Document, path: MemberPath, name?: string): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node !== 'object' || node === null) continue;
    const named = name !== undefined && length === path.length ? keyOf(node as Node, name) : undefined;
    const range = named?.range ?? (node as Node).range;
    if (range) return range[0];
  }
  return 0;
}

function keyOf(node: Node, name: string): Node | undefined {
  const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === name) : undefined;
  return pair?.key as Node | undefined;
}
