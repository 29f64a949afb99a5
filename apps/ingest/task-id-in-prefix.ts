/** Deepest member that is looked at: `Response`, the named body, its TaskId. */
const DEEPEST = 3;

/**
 * The first `TaskId` that is a text, at most three members deep, in the beginning of a JSON text that is cut off somewhere;
 * null where there is none. Looks at each character once, without recursion, and forgives whatever is not JSON.
 */
export function taskIdInPrefix(prefix: Uint8Array): string | null {
  const text = new TextDecoder().decode(prefix);
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/gsy;
  let depth = 0;
  let isTaskId = false;
  for (let at = 0; at < text.length;) {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found === undefined) {
      const other = text[at];
      if (other === '"') return null;
      isTaskId &&= other === ':' || other === undefined || /\s/.test(other);
      at += 1;
      continue;
    }
    at += found.length;
    if (found === '{' || found === '[') depth += 1;
    else if (found === '}' || found === ']') depth -= 1;
    else if (isTaskId) return textOf(found);
    isTaskId = found === '"TaskId"' && depth <= DEEPEST && /^\s*:/.test(text.slice(at, at + 32));
  }
  return null;
}

function textOf(token: string): string | null {
  try {
    return JSON.parse(token) as string;
  } catch {
    return null;
  }
}
