/**
 * The names of an object's own members, in the order of its text, each as often as it stands there: `JSON.parse` keeps the
 * last of several and does not tell.
 *
 * @param text a JSON text whose value is an object
 */
export function memberNames(text: string): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    else if (sign === '"') {
      const end = endOfString(text, at);
      if (depth === 1 && isName(text, end)) names.push(JSON.parse(text.slice(at, end)) as string);
      at = end - 1;
    }
  }
  return names;
}

/** The place after the string that begins at a quotation mark. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** A string is a name where a colon follows it. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (' \t\n\r'.includes(text.charAt(at) || 'x')) at += 1;
  return text[at] === ':';
}
