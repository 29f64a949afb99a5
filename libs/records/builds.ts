/** What a build of the read model is made of. Builds of one origin can replace each other. */
export interface BuildOrigin {
  /** The projection's name, such as `tasks`. */
  readonly projection: string;
  readonly foldVersion: number;
  readonly logGeneration: number;
  readonly eventGeneration: number;
}

/** The schema of a build: `<projection>_f<fold version>_l<L>m<M>_b<n>`. */
export function schemaOfBuild(origin: BuildOrigin, n: number): string {
  const { projection, foldVersion, logGeneration, eventGeneration } = origin;
  return `${projection}_f${foldVersion}_l${logGeneration}m${eventGeneration}_b${n}`;
}
