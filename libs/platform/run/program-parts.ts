import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/**
 * Providers of the parts of what a process gives its app: each token provides the member of that name.
 *
 * @param program token of the whole
 */
export function programParts<Program extends object>(
  program: InjectionToken,
  parts: { readonly [Part in keyof Program]?: InjectionToken },
): FactoryProvider<Program[keyof Program]>[] {
  return (Object.entries(parts) as [keyof Program, InjectionToken][]).map(([part, provide]) => ({
    provide,
    useFactory: (whole: Program) => whole[part],
    inject: [program],
  }));
}
