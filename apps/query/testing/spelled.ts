/** A TaskId as a path spells it: percent-encoded UTF-8, a lone surrogate in its three bytes. */
export function spelled(taskId: string): string {
  return Array.from(taskId)
    .map((character) => (isLoneSurrogate(character) ? spelledSurrogate(character) : encodeURIComponent(character)))
    .join('');
}

function isLoneSurrogate(character: string): boolean {
  return character.length === 1 && character >= '\ud800' && character <= '\udfff';
}

function spelledSurrogate(character: string): string {
  const code = character.charCodeAt(0);
  const bytes = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase()}`).join('');
}
