/** What the API says when it does not answer (RFC 9457), as far as the page shows it. */
export interface ShownProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Of each parameter that is wrong: which, and what is allowed. */
  readonly errors: readonly { readonly where: string; readonly detail: string }[];
  /** When another attempt may be made; null where the server does not say. */
  readonly retryAfterMs: number | null;
}

/** An answer that is none: a problem, or no answer at all. */
export class ReadFailure extends Error {
  constructor(
    /** Null: the server was not reached. */
    readonly problem: ShownProblem | null,
    cause?: unknown,
  ) {
    super(problem?.detail ?? 'The server does not answer.', { cause });
  }
}

/** What went wrong, as a failure. */
export const failureOf = (error: unknown): ReadFailure =>
  error instanceof ReadFailure ? error : new ReadFailure(null, error);

/** Whether the same request may succeed by itself later: the server was not reached, or says that it cannot answer now. */
export const mayPass = ({ problem }: ReadFailure): boolean =>
  problem === null || problem.status === 429 || problem.status >= 500;

/** Reads a problem from an answer, whatever stands between the page and the API. */
export async function problemOf(response: Response): Promise<ShownProblem> {
  const body = (await response.json().catch(() => ({}))) as Partial<Record<keyof ShownProblem, unknown>>;
  const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
  const seconds = response.headers.get('retry-after');
  return {
    status: response.status,
    code: text(body.code, `http-${response.status}`),
    title: text(body.title, 'The request was refused'),
    detail: text(body.detail, `The server answered with status ${response.status}.`),
    errors: Array.isArray(body.errors) ? (body.errors as ShownProblem['errors']) : [],
    retryAfterMs: seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) * 1000 : null,
  };
}
