/** The result of scanning a text as JSON, without recursion and without building values. */
export interface JsonScan {
  /** The index at which the text stops being JSON; null for a JSON text. */
  readonly fault: number | null;
  /** Levels of containers, 1 for `{}`. */
  readonly depth: number;
  /** Members of objects and elements of arrays, in total. */
  readonly members: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const ESCAPABLE = '"\\/bfnrt';
const NUMBER_OR_LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;

interface Walk {
  readonly text: string;
  /** The closing brackets of the open containers, outermost first. */
  readonly open: Uint8Array;
  depth: number;
  at: number;
  deepest: number;
  members: number;
  /** A container was just opened, so its closing bracket may follow. */
  fresh: boolean;
}

/**
 * Scans a text as JSON (RFC 8259) to its end or its first fault, in one pass with a constant stack. It runs before any recursive
 * function sees the value, since JSON may nest without bound.
 */
export function scanJson(text: string): JsonScan {
  const open = new Uint8Array(text.length);
  const walk: Walk = { text, open, depth: 0, at: 0, deepest: 0, members: 0, fresh: false };
  do {
    if (!stepIntoValue(walk)) return scanned(walk, walk.at);
  } while (stepToNextValue(walk));
  const ended = walk.depth === 0 && walk.at === text.length;
  return scanned(walk, ended ? null : walk.at);
}

function scanned({ deepest, members }: Walk, fault: number | null): JsonScan {
  return { fault, depth: deepest, members };
}

/** Moves past one scalar, one opening bracket, or the closing bracket of an empty container. False at a fault. */
function stepIntoValue(walk: Walk): boolean {
  skipSpace(walk);
  const top = walk.open[walk.depth - 1];
  if (walk.fresh) {
    walk.fresh = false;
    if (walk.text.charCodeAt(walk.at) === top) return close(walk);
    walk.members += 1;
  }
  if (top === OBJECT_END && !skipName(walk)) return false;
  const code = walk.text.charCodeAt(walk.at);
  if (code !== OBJECT_START && code !== ARRAY_START) return skipScalar(walk);
  walk.open[walk.depth] = code === OBJECT_START ? OBJECT_END : ARRAY_END;
  walk.depth += 1;
  walk.deepest = Math.max(walk.deepest, walk.depth);
  walk.at += 1;
  walk.fresh = true;
  return true;
}

/** Moves from the end of a value over closing brackets to the start of the next value. False if the text has to end here. */
function stepToNextValue(walk: Walk): boolean {
  if (walk.fresh) return true;
  for (;;) {
    skipSpace(walk);
    if (walk.depth === 0) return false;
    const code = walk.text.charCodeAt(walk.at);
    if (code === COMMA) {
      walk.at += 1;
      walk.members += 1;
      return true;
    }
    if (code !== walk.open[walk.depth - 1]) return false;
    close(walk);
  }
}

function close(walk: Walk): true {
  walk.at += 1;
  walk.depth -= 1;
  return true;
}

function skipSpace(walk: Walk): void {
  for (;;) {
    const code = walk.text.charCodeAt(walk.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    walk.at += 1;
  }
}

function skipName(walk: Walk): boolean {
  if (walk.text.charCodeAt(walk.at) !== QUOTE || !skipString(walk)) return false;
  skipSpace(walk);
  if (walk.text.charCodeAt(walk.at) !== COLON) return false;
  walk.at += 1;
  skipSpace(walk);
  return true;
}

function skipScalar(walk: Walk): boolean {
  if (walk.text.charCodeAt(walk.at) === QUOTE) return skipString(walk);
  return skipMatch(walk, NUMBER_OR_LITERAL);
}

function skipString(walk: Walk): boolean {
  const { text } = walk;
  for (let at = walk.at + 1; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      walk.at = at;
      if (!skipEscape(walk)) return false;
      at = walk.at - 1;
    } else if (code === QUOTE) {
      walk.at = at + 1;
      return true;
    } else if (!(code >= 0x20)) {
      // A control character, or NaN: the end of the text.
      walk.at = at;
      return false;
    }
  }
}

function skipEscape(walk: Walk): boolean {
  const letter = walk.text.charAt(walk.at + 1);
  if (letter === '' || (letter !== 'u' && !ESCAPABLE.includes(letter))) return false;
  walk.at += 2;
  return letter !== 'u' || skipMatch(walk, HEX4);
}

function skipMatch(walk: Walk, pattern: RegExp): boolean {
  pattern.lastIndex = walk.at;
  if (!pattern.test(walk.text)) return false;
  walk.at = pattern.lastIndex;
  return true;
}
