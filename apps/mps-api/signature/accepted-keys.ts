/** The secret keys of each SecretId, several for rotation. Without any, signatures are not checked. */
export type AcceptedKeys = ReadonlyMap<string, readonly string[]>;

/** @param pairs `SecretId:SecretKey`, each */
export function acceptedKeysOf(pairs: readonly string[]): AcceptedKeys {
  const keys = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf(':');
    const secretId = pair.slice(0, at);
    keys.set(secretId, [...(keys.get(secretId) ?? []), pair.slice(at + 1)]);
  }
  return keys;
}
