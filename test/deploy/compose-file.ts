import { parse } from 'yaml';

export type Variables = Readonly<Record<string, string>>;

/** A service as the checks see it: what is left out is empty, values are texts, as a container is given them. */
export interface Service {
  readonly image: string;
  readonly build: { readonly context: string; readonly dockerfile: string } | null;
  readonly command: readonly string[];
  readonly environment: Variables;
  /** `127.0.0.1:8080:8080`: address and port on the host, port in the container. */
  readonly ports: readonly string[];
  /** `kafka:/var/lib/kafka/data`. */
  readonly volumes: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] } | null;
  readonly profiles: readonly string[];
  /** What another service must have reached, by its name. */
  readonly dependsOn: Readonly<Record<string, string>>;
  readonly restart: string;
  readonly stopGraceSeconds: number;
  readonly readOnly: boolean;
  readonly capDrop: readonly string[];
  readonly securityOpt: readonly string[];
  readonly tmpfs: readonly string[];
}

export interface ComposeFile {
  /** Exactly as written, anchors and merges resolved, nothing filled in: what the schema is for. */
  readonly written: unknown;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: readonly string[];
}

/** A variable that must be given is not: compose refuses every command. */
export class VariableMissing extends Error {
  constructor(readonly variable: string) {
    super(`${variable} must be given`);
  }
}

const MAP = { merge: true } as const;

/** Reads a compose file as compose does: values are filled in after the YAML is read. Throws `VariableMissing`. */
export function readCompose(text: string, variables: Variables): ComposeFile {
  const filled = parse(text, (_key, value: unknown) => fill(value, variables), MAP) as Raw;
  const services = Object.entries(filled.services ?? {}).map(([name, raw]) => [name, serviceOf(raw)] as const);
  return {
    written: parse(text, MAP) as unknown,
    services: Object.fromEntries(services),
    volumes: Object.keys(filled.volumes ?? {}),
  };
}

/** Names of the variables that a compose file is filled in with. */
export function variablesOf(text: string): readonly string[] {
  const withoutComments = text.replace(/^ *#.*$/gm, '');
  return [...new Set([...withoutComments.matchAll(VARIABLE)].map(([, name = '']) => name))].sort();
}

const VARIABLE = /\$\{(\w+)(?::([?-])([^}]*))?\}/g;

function fill(value: unknown, variables: Variables): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(VARIABLE, (_, name: string, kind?: string, otherwise: string = '') => {
    const given = variables[name] ?? '';
    if (given !== '') return given;
    if (kind === '?') throw new VariableMissing(name);
    return kind === '-' ? otherwise : '';
  });
}

interface Raw {
  readonly services?: Readonly<Record<string, RawService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

interface RawService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number | boolean | null>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
}

/** Compose's own, where a file says nothing. */
const DEFAULT_GRACE = '10s';

function serviceOf(raw: RawService): Service {
  const environment = Object.entries(raw.environment ?? {}).map(
    ([name, value]) => [name, String(value ?? '')] as const,
  );
  const depends = Object.entries(raw.depends_on ?? {}).map(([name, { condition }]) => [name, condition] as const);
  return {
    image: raw.image ?? '',
    build: raw.build ?? null,
    command: raw.command ?? [],
    environment: Object.fromEntries(environment),
    ports: raw.ports ?? [],
    volumes: raw.volumes ?? [],
    healthcheck: raw.healthcheck ?? null,
    profiles: raw.profiles ?? [],
    dependsOn: Object.fromEntries(depends),
    restart: raw.restart ?? 'no',
    stopGraceSeconds: Number((raw.stop_grace_period ?? DEFAULT_GRACE).replace(/s$/, '')),
    readOnly: raw.read_only ?? false,
    capDrop: raw.cap_drop ?? [],
    securityOpt: raw.security_opt ?? [],
    tmpfs: raw.tmpfs ?? [],
  };
}
