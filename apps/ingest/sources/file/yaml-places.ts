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
  /** Mistakes of the syntax; the value counts only where there are none. */
  readonly mistakes: readonly PlacedMistake[];
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
  const value = mistakes.length > 0 ? { fault: null } : valueOf(document);
  if (value.fault !== null) mistakes.push(at(0, value.fault));
  return {
    value: 'value' in value ? value.value : undefined,
    mistakes,
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
