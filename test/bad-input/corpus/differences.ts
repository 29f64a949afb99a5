const SHOWN = 160;

/** Where what came is not what must come, a line each. Members that nothing is demanded of may be there, elements may not. */
export function differences(expected: unknown, got: unknown, at: string): readonly string[] {
  if (Array.isArray(expected)) {
    const list: readonly unknown[] = Array.isArray(got) ? got : [];
    if (!Array.isArray(got) || list.length !== expected.length) return [difference(expected, got, at)];
    return expected.flatMap((item, index) => differences(item, list[index], `${at}[${index}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof got !== 'object' || got === null) return [difference(expected, got, at)];
    return Object.entries(expected).flatMap(([name, member]) =>
      differences(
        member,
        Object.hasOwn(got, name) ? (got as Record<string, unknown>)[name] : undefined,
        `${at}.${name}`,
      ),
    );
  }
  return Object.is(expected, got) ? [] : [difference(expected, got, at)];
}

function difference(expected: unknown, got: unknown, at: string): string {
  return `${at}: expected ${shown(expected)}, got ${shown(got)}`;
}

export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}
