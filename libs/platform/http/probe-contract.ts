import { Type } from 'typebox';

import type { Parameter } from './parameters';

export const VERBOSE_PARAMETER: Parameter = {
  schema: Type.Enum(['', 'true', 'false']),
  description:
    'List the checks. Reasons are shown where the listener is on loopback without keys, or to clients that send a key.',
  allowed: 'without a value, or true or false',
};

const check = Type.Object({
  name: Type.String(),
  ok: Type.Boolean(),
  reason: Type.Union([Type.String(), Type.Null()], {
    description: 'What is missing; where a key or the log is needed to read it, that',
  }),
});

/** The schemas of the answers of the probes. */
export const PROBE_SCHEMAS = {
  Alive: Type.Object({ status: Type.Literal('alive') }),
  Readiness: Type.Object({
    status: Type.Enum(['ready', 'not-ready', 'shutting-down']),
    failing: Type.Optional(Type.Array(Type.String(), { description: 'Names of the checks that fail' })),
    reasons: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Why, of some of the checks that fail, in one line each',
      }),
    ),
    checks: Type.Optional(Type.Array(check, { description: 'With ?verbose: all checks' })),
  }),
};
