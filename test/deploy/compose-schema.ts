import { Ajv } from 'ajv';
import { Type } from 'typebox';

/**
 * The part of the Compose Specification (https://github.com/compose-spec/compose-spec, 05-services.md) that our file uses, and
 * nothing beside it: a key that is misspelt, or that nobody has looked at, is refused.
 */

const closed = { additionalProperties: false } as const;
const texts = Type.Array(Type.String(), { minItems: 1 });
const duration = Type.String({ pattern: '^\\d+s$' });

const healthcheck = Type.Object(
  {
    test: Type.Array(Type.String(), { minItems: 2 }),
    interval: duration,
    timeout: duration,
    retries: Type.Integer({ minimum: 1 }),
    start_period: duration,
  },
  closed,
);

const dependency = Type.Object(
  { condition: Type.Enum(['service_started', 'service_healthy', 'service_completed_successfully'] as const) },
  closed,
);

const service = Type.Object(
  {
    image: Type.String({ minLength: 1 }),
    build: Type.Optional(Type.Object({ context: Type.String(), dockerfile: Type.String() }, closed)),
    command: Type.Optional(texts),
    user: Type.Optional(Type.String()),
    init: Type.Optional(Type.Boolean()),
    profiles: Type.Optional(texts),
    // Texts only: YAML reads 1 as a number, false as a boolean, and what a container is given then is up to the reader.
    environment: Type.Record(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }), Type.String()),
    ports: Type.Optional(Type.Array(Type.String({ pattern: '^[\\d.]+:\\d+:\\d+$' }))),
    // A volume of the file, or a folder of the host that can be read only.
    volumes: Type.Optional(
      Type.Array(Type.String({ pattern: '^([a-z-]+:/[\\w/-]+|\\$\\{[A-Z_]+:-\\./[\\w/-]+\\}:/[\\w/-]+:ro)$' })),
    ),
    healthcheck: Type.Optional(healthcheck),
    depends_on: Type.Optional(Type.Record(Type.String(), dependency)),
    restart: Type.Enum(['no', 'unless-stopped'] as const),
    stop_grace_period: duration,
    read_only: Type.Optional(Type.Boolean()),
    cap_drop: texts,
    security_opt: texts,
    tmpfs: Type.Optional(texts),
    shm_size: Type.Optional(Type.String({ pattern: '^\\d+mb$' })),
    logging: Type.Object({ driver: Type.String() }, closed),
  },
  closed,
);

const file = Type.Object(
  {
    name: Type.String(),
    services: Type.Record(Type.String(), service),
    volumes: Type.Record(Type.String(), Type.Null()),
  },
  { additionalProperties: false, patternProperties: { '^x-': Type.Unknown() } },
);

const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false }).compile(file);

/** What is wrong with the form of a compose file, a line each. */
export function formProblems(written: unknown): readonly string[] {
  if (validate(written)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const extra = (params as { additionalProperty?: string }).additionalProperty;
    return `${instancePath || '/'} ${message ?? ''}${extra === undefined ? '' : `: ${extra}`}`;
  });
}
