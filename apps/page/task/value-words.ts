const LONGEST = 300;

/** What an event says of values: those that it says something of. */
export function saidWords(said: unknown): string {
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return valueWords(said);
  const members = Object.entries(said).filter(([, value]) => value !== null);
  return members.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${valueWords(value)}`).join(', ');
}

/** A value as text, in one line: what was not there is a dash; objects are JSON, cut where they are long. */
export function valueWords(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (value === '') return 'an empty text';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
