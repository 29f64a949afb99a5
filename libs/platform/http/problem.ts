import { Type } from 'typebox';

/** One of several mistakes in a request. */
export interface ProblemItem {
  /** Where: `query.limit`, `path.id`, `header.prefer`, or `body` with a JSON pointer after it. */
  readonly where: string;
  readonly detail: string;
}

export interface ProblemOptions {
  readonly status: number;
  /** Stable, kebab-case: what clients compare. */
  readonly code: string;
  /** The same for all problems of a code. Default: the code in words. */
  readonly title?: string;
  /** What went wrong, for people. Never a stack, a secret or an internal name. */
  readonly detail?: string;
  /** Default `urn:mps-ledger:problem:<code>`. */
  readonly type?: string;
  readonly errors?: readonly ProblemItem[];
  /** Sent with the answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the answer, snake_case. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error answer: thrown anywhere in the handling of a request, it is sent as RFC 9457 problem+json. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly type: string;
  readonly errors: readonly ProblemItem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(options: ProblemOptions) {
    super(options.detail ?? options.title ?? options.code, { cause: options.cause });
    this.name = 'Problem';
    this.status = options.status;
    this.code = options.code;
    this.title = options.title ?? inWords(options.code);
    this.detail = options.detail;
    this.type = options.type ?? `urn:mps-ledger:problem:${options.code}`;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }
}

const NOT_FOUND = 'not-found';

/**
 * 404: the path is unknown, for every method.
 * @param contract the path of the contract, which lists all paths
 */
export function nothingAtPath(contract?: string): Problem {
  const nothing = { status: 404, code: NOT_FOUND, detail: 'There is nothing at this path.' };
  if (contract === undefined) return new Problem(nothing);
  const detail = `${nothing.detail} ${contract} lists every path that there is.`;
  return new Problem({ ...nothing, detail, headers: { link: `<${contract}>; rel="service-desc"` } });
}

export function isNothingAtPath({ code }: Problem): boolean {
  return code === NOT_FOUND;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The schema of the answer's body. */
export const PROBLEM_SCHEMA = Type.Object(
  {
    type: Type.String({ description: 'urn:mps-ledger:problem:<code>' }),
    title: Type.String({ description: 'The same for all problems of a code' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.Optional(Type.String({ description: 'What went wrong, and what to do' })),
    instance: Type.Optional(Type.String({ description: 'The requested path' })),
    code: Type.String({ description: 'Stable: compare this' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          where: Type.String({ description: 'query.limit, path.receipt, …' }),
          detail: Type.String({ description: 'The given value, and the allowed ones' }),
        }),
      ),
    ),
    request_id: Type.String({ description: 'The X-Request-Id, for the log' }),
  },
  { description: 'RFC 9457 problem details' },
);

/** The body of the answer. `instance` is the requested path, without its query. */
export function problemBody(problem: Problem, requestId: string, instance?: string): string {
  const { type, title, status, detail, code, errors, members } = problem;
  return JSON.stringify({ ...members, type, title, status, detail, instance, code, errors, request_id: requestId });
}

function inWords(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
