/**
 * The names of an object's own members in the order of its text, with repetitions, which `JSON.parse` hides.
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

/** The index after the string that begins at the quotation mark `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Whether a colon follows the string that ends at `end`, so that it is a name. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (' \t\n\r'.includes(text.charAt(at) || 'x')) at += 1;
  return text[at] === ':';
}
