/** Members of outputs that name a place of a file. */
const PLACES = /(Path|Url|ObjectPath)$/;

/** The places of files that an output names, as the provider spells them; the first of them only. */
const MOST = 20;

export function outputPlaces(output: unknown): readonly string[] {
  const found = new Set<string>();
  const look = (value: unknown, name: string): void => {
    if (found.size >= MOST) return;
    if (typeof value === 'string' && value !== '' && PLACES.test(name)) found.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const [member, inner] of Object.entries(value)) look(inner, Array.isArray(value) ? name : member);
  };
  look(output, '');
  return [...found];
}
