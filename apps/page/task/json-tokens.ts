/** A part of a text that may be JSON. */
export interface JsonToken {
  readonly kind: 'name' | 'text' | 'value' | 'other';
  readonly text: string;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;

/** The parts of a text: names, texts, other values, and what is between them. Together they are the text, whatever it is. */
export function jsonTokens(text: string): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  let end = 0;
  const add = (kind: JsonToken['kind'], part: string): void => {
    if (part !== '') tokens.push({ kind, text: part });
  };
  for (const { 0: whole, 1: quoted, 2: colon, index } of text.matchAll(TOKEN)) {
    add('other', text.slice(end, index));
    add(quoted === undefined ? 'value' : colon === undefined ? 'text' : 'name', quoted ?? whole);
    add('other', colon ?? '');
    end = index + whole.length;
  }
  add('other', text.slice(end));
  return tokens;
}
