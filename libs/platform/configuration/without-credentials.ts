/**
 * A text that may hold an address with a password: from the scheme on nothing is shown where a password can be in it, as only
 * a parser could tell where it ends. Addresses of databases are shown by `describeDatabase`.
 */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\b(postgres(?:ql)?:\/\/)[^]*$/i, '$1***')
    .replace(/([a-z][a-z0-9+.-]*:\/\/)(?!\*\*\*)[^]*(?:@|password|passwd|secret|token|key=)[^]*$/i, '$1***');
}
