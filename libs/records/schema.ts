/** A JSON Schema 2020-12 of one member, or of a whole object. */
export type Schema = boolean | { readonly [keyword: string]: unknown };

/** The published schema of one version of one event type's data. */
export interface DataSchema {
  readonly $schema: 'https://json-schema.org/draft/2020-12/schema';
  /** `urn:mps-ledger:schema:<type>:<version>`. */
  readonly $id: string;
  readonly title: string;
  readonly description: string;
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

interface Always {
  readonly presence: 'always';
  readonly schema: Schema;
}

interface Sometimes {
  readonly presence: 'sometimes';
  readonly schema: Schema;
}

/** One entry per member of `Data`, with the presence that the type declares. A schema that lacks a member does not compile. */
export type Members<Data> = {
  readonly [Name in keyof Data]-?: undefined extends Data[Name] ? Sometimes : Always;
};

export function always(schema: Schema): Always {
  return { presence: 'always', schema };
}

export function sometimes(schema: Schema): Sometimes {
  return { presence: 'sometimes', schema };
}

/**
 * The schema of an event's data. Unknown members are allowed, since a later mapping may add some and a reader from offset zero must
 * accept them.
 */
export function dataSchema<Data>(id: string, title: string, description: string, members: Members<Data>): DataSchema {
  const entries = Object.entries<Always | Sometimes>(members);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title,
    description,
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, member]) => [name, member.schema])),
    required: entries.filter(([, member]) => member.presence === 'always').map(([name]) => name),
  };
}
