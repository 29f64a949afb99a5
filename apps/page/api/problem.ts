/** What the API says when it does not answer (RFC 9457), as far as the page shows it. */
export interface ShownProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Of each parameter that is wrong: which, and what is allowed. */
  readonly errors: readonly { readonly where: string; readonly detail: string }[];
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

/** Reads a problem from an answer, whatever stands between the page and the API. */
export async function problemOf(response: Response): Promise<ShownProblem> {
  const body = (await response.json().catch(() => ({}))) as Partial<Record<keyof ShownProblem, unknown>>;
  const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
  return {
    status: response.status,
    code: text(body.code, `http-${response.status}`),
    title: text(body.title, 'The request was refused'),
    detail: text(body.detail, `The server answered with status ${response.status}.`),
    errors: Array.isArray(body.errors) ? (body.errors as ShownProblem['errors']) : [],
  };
}
