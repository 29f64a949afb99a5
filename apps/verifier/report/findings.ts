/** Names of the checks, in the order of the report. They are stable. */
export const CHECKS = {
  raw: 'each raw record is whole: its bytes have the digest that it was logged with',
  placed: 'each raw record is in the partition of the task that is found in its bytes, and says which that is',
  acknowledged: 'each acknowledged send of the journal is on the raw log, byte for byte',
  'one-received': 'each notification on the raw log has exactly one notification.received',
  derived: 'the events are exactly what deriving the raw log again gives',
  history: 'history equals the event log, record for record',
  state: 'each task is the fold of its history',
  transitions: 'each change of a task’s standing has its row, and nothing else has one',
  reports: 'failures and usage are what the tasks add up to',
  checkpoint: 'each checkpoint agrees with the log, and everything is applied',
  notifications: 'each notification’s row says what was received',
  balances: 'what goes in comes out: nothing lost, nothing applied twice',
  truth: 'each task is as the truth says',
} as const;

export type CheckName = keyof typeof CHECKS;

/** Where a difference is, as far as it has a place. */
export interface Where {
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly account?: string;
  readonly task_id?: string;
  readonly task_key?: string;
  readonly subtask?: string;
  readonly file?: string;
  readonly line?: number;
  readonly seq?: number;
  readonly receipt?: string;
}

/** What is not as it should be. Texts of it may be cut. */
export interface Difference {
  readonly what: string;
  readonly where: Where;
  readonly expected?: unknown;
  readonly got?: unknown;
}

/** What a check found. */
export interface CheckReport {
  readonly name: CheckName;
  readonly what: string;
  readonly ok: boolean;
  /** How many things were looked at, and of what. */
  readonly checked: number;
  readonly unit: string;
  /** How many differences there are in all. */
  readonly found: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
  /** More were found than are listed. */
  readonly truncated: boolean;
}

/** Collects what one check finds. */
export interface Check {
  /** So many things more were looked at. */
  saw(count?: number): void;
  /** Something is not as it should be. Its maker is only asked while there is room for more in the list. */
  differs(difference: () => Difference | Promise<Difference>): Promise<void>;
  hasRoom(): boolean;
}

export interface Findings {
  readonly check: (name: CheckName) => Check;
  reports(): readonly CheckReport[];
}

const UNITS: Readonly<Record<CheckName, string>> = {
  raw: 'raw records',
  placed: 'raw records',
  acknowledged: 'acknowledged sends',
  'one-received': 'notifications',
  derived: 'event records',
  history: 'event records',
  state: 'tasks',
  transitions: 'transitions',
  reports: 'rows of failures and sums',
  checkpoint: 'checkpoints',
  notifications: 'notifications',
  balances: 'distinct events',
  truth: 'tasks',
};

/** Differences that are listed of each check. */
export const LISTED = 20;

export function makeFindings(listed = LISTED): Findings {
  const counts = new Map<CheckName, { checked: number; found: number; differences: Difference[] }>();
  const of = (name: CheckName) => {
    const known = counts.get(name) ?? { checked: 0, found: 0, differences: [] };
    counts.set(name, known);
    return known;
  };
  return {
    check(name) {
      const count = of(name);
      return {
        saw: (more = 1) => void (count.checked += more),
        hasRoom: () => count.differences.length < listed,
        async differs(difference) {
          count.found += 1;
          if (count.differences.length < listed) count.differences.push(shortened(await difference()));
        },
      };
    },
    reports: () =>
      (Object.keys(CHECKS) as CheckName[]).map((name) => {
        const { checked, found, differences } = of(name);
        const truncated = found > differences.length;
        return {
          ...{ name, what: CHECKS[name], ok: found === 0, checked, unit: UNITS[name] },
          ...{ found, differences, truncated },
        };
      }),
  };
}

const LONGEST = 400;

function shortened(difference: Difference): Difference {
  const { expected, got } = difference;
  return {
    ...difference,
    where: Object.fromEntries(Object.entries(difference.where).map(([name, value]) => [name, short(value)])),
    ...(expected !== undefined && { expected: short(expected) }),
    ...(got !== undefined && { got: short(got) }),
  };
}

function short(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST ? value : `${text.slice(0, LONGEST)}… (${text.length} characters)`;
}
