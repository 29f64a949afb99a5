/** Why a check fails, and the same without addresses or commands, in one line. */
export interface Finding {
  readonly reason: string;
  readonly brief: string;
}

/** A check answers null when it passes, else the reason. Throwing means the same as answering the error's message. */
export type Check = () => Promise<string | Finding | null> | string | Finding | null;

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** Why it fails; null when ok. May be shown to any client: no secrets. */
  readonly reason: string | null;
  /** The same in one line, without addresses; also shown without `?verbose`. Only where the check gives it. */
  readonly brief?: string;
  /** Its failure leaves the process ready. */
  readonly isAdvisory?: boolean;
}

export interface HealthReport {
  readonly status: 'ready' | 'not-ready' | 'shutting-down';
  readonly checks: readonly CheckResult[];
}

export interface CheckOptions {
  /** Its failure is shown, and the process is ready all the same: its other work goes on. Default false. */
  readonly isAdvisory?: boolean;
}

/** The readiness of a process. Several parts of one process share one. */
export interface Health {
  /** Adds a check, and returns the function that removes it. Names are unique: the last one of a name counts. */
  check(name: string, check: Check, options?: CheckOptions): () => void;
  /** Runs all checks at once. Never rejects; a check that takes longer than the limit counts as failing. */
  report(): Promise<HealthReport>;
  /** From now on, and for good, the process is not ready. */
  beginShutdown(): void;
  readonly shuttingDown: boolean;
}

export interface HealthOptions {
  /** How long one check may take. Default 2000. */
  readonly checkLimitMs?: number;
}

export function makeHealth({ checkLimitMs = 2000 }: HealthOptions = {}): Health {
  const checks = new Map<string, RegisteredCheck>();
  let shuttingDown = false;
  /** Read again after each wait. */
  const isShuttingDown = (): boolean => shuttingDown;
  const runs = sharedRuns(() => resultsOf(checks, checkLimitMs));

  return {
    check(name, check, { isAdvisory = false } = {}) {
      const registered = { check, isAdvisory };
      checks.set(name, registered);
      return () => {
        if (checks.get(name) === registered) checks.delete(name);
      };
    },
    async report() {
      if (isShuttingDown()) return { status: 'shutting-down', checks: [] };
      const found = await runs.results();
      if (isShuttingDown()) return { status: 'shutting-down', checks: found };
      const isReady = found.every(({ ok, isAdvisory }) => ok || isAdvisory === true);
      return { status: isReady ? 'ready' : 'not-ready', checks: found };
    },
    beginShutdown() {
      shuttingDown = true;
      // Requests in flight report it at once, however long a check takes.
      runs.abandon();
    },
    get shuttingDown() {
      return shuttingDown;
    },
  };
}

/** Concurrent reports share one run of the checks, so that probing cannot multiply the work. */
function sharedRuns(run: () => Promise<readonly CheckResult[]>) {
  let inFlight: Promise<readonly CheckResult[]> | null = null;
  let abandon = (): void => undefined;
  return {
    results(): Promise<readonly CheckResult[]> {
      inFlight ??= new Promise<readonly CheckResult[]>((resolve) => {
        abandon = () => resolve([]);
        void run().then(resolve);
      }).finally(() => {
        inFlight = null;
      });
      return inFlight;
    },
    /** Ends the run in flight, without results. */
    abandon: () => abandon(),
  };
}

interface RegisteredCheck {
  readonly check: Check;
  readonly isAdvisory: boolean;
}

function resultsOf(checks: ReadonlyMap<string, RegisteredCheck>, limitMs: number): Promise<readonly CheckResult[]> {
  return Promise.all(
    [...checks].map(async ([name, { check, isAdvisory }]) => {
      const result = await resultOf(name, check, limitMs);
      return isAdvisory ? { ...result, isAdvisory } : result;
    }),
  );
}

async function resultOf(name: string, check: Check, limitMs: number): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`did not answer within ${limitMs} ms`), limitMs);
  });
  try {
    const found = await Promise.race([answerOf(check), late]);
    if (found === null || typeof found === 'string') return { name, ok: found === null, reason: found };
    return { name, ok: false, ...found };
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf(check: Check): Promise<string | Finding | null> {
  try {
    return await check();
  } catch (error) {
    // A refused connection to a name with two addresses is an AggregateError without a message.
    const { message = '', code = '', name = '' } = error as Partial<NodeJS.ErrnoException>;
    return message || code || name || String(error);
  }
}
