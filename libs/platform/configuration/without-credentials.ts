/**
 * Masks addresses in a text that may contain a password, from the scheme to the end, since only a parser could locate the end of the
 * password. Use `describeDatabase` to show the address of a database.
 */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\b(postgres(?:ql)?:\/\/)[^]*$/i, '$1***')
    .replace(/([a-z][a-z0-9+.-]*:\/\/)(?!\*\*\*)[^]*(?:@|password|passwd|secret|token|key=)[^]*$/i, '$1***');
}
