import { EventEmitter } from 'node:events';

import { Type } from 'typebox';

import { ConfigurationError } from '../configuration/configuration-error';
import { processSettings } from '../configuration/shared-settings';
import { runIn, type Program, type RunProgramOptions } from './run-program';
import { StartFailure } from './start-failure';

const schema = Type.Object(processSettings);
type Options = RunProgramOptions<typeof schema>;

/** A process that only writes down what is done to it. */
class MadeUpProcess extends EventEmitter {
  readonly env: Record<string, string>;
  readonly stdout = new EventEmitter();
  readonly stderr = Object.assign(new EventEmitter(), { write: (text: string) => void (this.said += text) });
  said = '';
  readonly ended: Promise<number>;
  exit: (code: number) => void = () => undefined;

  constructor(env: Record<string, string>) {
    super();
    this.env = { LOG_LEVEL: 'silent', SHUTDOWN_DELAY_MS: '0', ...env };
    this.ended = new Promise((resolve) => (this.exit = resolve));
  }
}

async function run(options: Partial<Options>, env: Record<string, string> = {}) {
  const host = new MadeUpProcess(env);
  let program: Program<typeof schema> | undefined;
  await runIn(host as unknown as NodeJS.Process, {
    name: 'spec',
    schema,
    ...options,
    start: async (given: Program<typeof schema>) => {
      program = given;
      const closable = await options.start?.(given);
      if (typeof closable === 'object') given.onClose('answered', () => closable.close());
    },
  });
  return { host, program: program! };
}

describe('exit codes', () => {
  test('0 after a signal', async () => {
    const { host } = await run({});
    host.emit('SIGTERM');
    expect(await host.ended).toBe(0);
  });

  test('2 for wrong settings, reported in full', async () => {
    const { host } = await run({}, { LOG_LEVEL: 'loud', SHUTDOWN_DELAY_MS: '-1' });
    expect(await host.ended).toBe(2);
    expect(host.said).toMatch(
      /^spec cannot start: 2 settings need a change\.\n\n {2}LOG_LEVEL .*\n {2}SHUTDOWN_DELAY_MS .*\n$/,
    );
  });

  test('2 for settings that turn out to be wrong at the start', async () => {
    const { host } = await run({
      start: async () => {
        throw new ConfigurationError('spec', [{ key: 'A', message: 'is odd.' }]);
      },
    });
    expect(await host.ended).toBe(2);
    expect(host.said).toContain('A is odd.');
  });

  test('2 for a failpoint that this program does not have, where failpoints are honoured', async () => {
    const env = { NODE_ENV: 'test', FAILPOINTS: 'shutdown.closed=kill', LOG_LEVEL: 'loud' };
    const { host } = await run({}, env);
    expect(await host.ended).toBe(2);
    expect(host.said).toMatch(/2 settings need a change[^]*FAILPOINTS .*must be one of shutdown\.closing\./);
  });

  test('1 for a start that fails for a reason its user can mend, in plain words', async () => {
    const { host } = await run({
      start: async () => {
        throw new StartFailure('port-taken', 'The port is taken.');
      },
    });
    expect(await host.ended).toBe(1);
    expect(host.said).toBe('The port is taken.\n');
  });

  test.each(['uncaughtException', 'unhandledRejection'])('1 after an %s', async (event) => {
    const { host } = await run({});
    host.emit(event, new Error('nobody caught it'));
    expect(await host.ended).toBe(1);
  });

  test('1 when a running program cannot go on', async () => {
    const { host, program } = await run({});
    program.fail(new Error('the database is gone for good'));
    expect(await host.ended).toBe(1);
  });

  test('0 at the end of a program that runs once', async () => {
    const closed: string[] = [];
    const { host } = await run({
      once: true,
      start: async ({ onClose }) => onClose('pool', () => void closed.push('pool')),
    });
    expect([await host.ended, closed]).toEqual([0, ['pool']]);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'of one that runs once and was stopped by %s before it was done: %d, and it says so',
    async (signal, code) => {
      const host = new MadeUpProcess({});
      const start = ({ signal: stopped }: Program<typeof schema>) =>
        new Promise<void>((_, reject) => stopped.addEventListener('abort', () => reject(new Error('given up'))));
      void runIn(host as unknown as NodeJS.Process, { name: 'spec', schema, once: true, start });
      host.emit(signal);
      expect(await host.ended).toBe(code);
      expect(host.said).toBe(`Stopped by ${signal}: spec was not done. Run it again.\n`);
    },
  );

  test('0 of one that runs once and got done all the same', async () => {
    const host = new MadeUpProcess({});
    const start = ({ signal }: Program<typeof schema>) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    void runIn(host as unknown as NodeJS.Process, { name: 'spec', schema, once: true, start });
    host.emit('SIGTERM');
    expect([await host.ended, host.said]).toEqual([0, '']);
  });

  test('1 when closing takes longer than it may', async () => {
    const { host } = await run({
      closeLimitMs: 30,
      start: async ({ onClose }) => onClose('never', () => new Promise(() => undefined), 200),
    });
    host.emit('SIGINT');
    expect(await host.ended).toBe(1);
  });
});

describe('closing', () => {
  test('runs in reverse, what the start returned first, and continues after a step that fails', async () => {
    const closed: string[] = [];
    const host = new MadeUpProcess({});
    await runIn(host as unknown as NodeJS.Process, {
      name: 'spec',
      schema,
      start: async ({ onClose }) => {
        onClose('pool', () => void closed.push('pool'));
        onClose('log', () => Promise.reject(new Error('no')));
        return { close: async () => void closed.push('app') };
      },
    });
    host.emit('SIGINT');
    expect([await host.ended, closed]).toEqual([0, ['app', 'pool']]);
  });

  test('continues after a step that takes too long', async () => {
    const closed: string[] = [];
    const { host } = await run({
      start: async ({ onClose }) => {
        onClose('pool', () => void closed.push('pool'));
        onClose('stuck', () => new Promise(() => undefined), 10);
      },
    });
    host.emit('SIGINT');
    expect([await host.ended, closed]).toEqual([0, ['pool']]);
  });

  test.each([
    ['all together took too long', 30, 200],
    ['a step took too long', 1000, 10],
  ])('cuts off what must not outlive the process, when %s', async (_, closeLimitMs, limitMs) => {
    const cut: string[] = [];
    const { host } = await run({
      closeLimitMs,
      start: async ({ onClose }) => {
        const stuck = () => new Promise<void>(() => undefined);
        onClose('database', stuck, limitMs, () => void cut.push('database'));
        onClose('pool', () => undefined);
      },
    });
    host.emit('SIGINT');
    await host.ended;
    expect(cut).toEqual(['database']);
  });

  test('cuts nothing off where all closed in time', async () => {
    const cut = jest.fn();
    const { host } = await run({ start: async ({ onClose }) => onClose('database', () => undefined, 100, cut) });
    host.emit('SIGINT');
    await host.ended;
    expect(cut).not.toHaveBeenCalled();
  });

  test('also closes what a failing start had begun', async () => {
    const closed: string[] = [];
    const { host } = await run({
      start: async ({ onClose }) => {
        onClose('database', () => void closed.push('database'));
        throw new Error('the rest failed');
      },
    });
    expect([await host.ended, closed]).toEqual([1, ['database']]);
  });

  test('makes a start that still waits give up, and closes what it adds then', async () => {
    const closed: string[] = [];
    const host = new MadeUpProcess({});
    const running = runIn(host as unknown as NodeJS.Process, {
      name: 'spec',
      schema,
      start: async ({ signal, onClose }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await new Promise((resolve) => setTimeout(resolve, 20));
        onClose('late', () => void closed.push('late'));
        throw new Error('given up');
      },
    });
    host.emit('SIGTERM');
    expect([await host.ended, closed]).toEqual([0, ['late']]);
    await running;
  });
});

describe('signals', () => {
  test('SIGTERM: not ready at once, closed only after the delay', async () => {
    const closed = jest.fn();
    const { host, program } = await run(
      { start: async ({ onClose }) => onClose('http', closed) },
      { SHUTDOWN_DELAY_MS: '50' },
    );
    expect((await program.health.report()).status).toBe('ready');
    const began = performance.now();
    host.emit('SIGTERM');
    expect((await program.health.report()).status).toBe('shutting-down');
    expect(closed).not.toHaveBeenCalled();
    await host.ended;
    expect(performance.now() - began).toBeGreaterThanOrEqual(49);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('SIGINT: no delay', async () => {
    const { host } = await run({}, { SHUTDOWN_DELAY_MS: '60000' });
    host.emit('SIGINT');
    expect(await host.ended).toBe(0);
  });

  test('a second signal cuts the delay short', async () => {
    const { host } = await run({}, { SHUTDOWN_DELAY_MS: '60000' });
    host.emit('SIGTERM');
    host.emit('SIGINT');
    expect(await host.ended).toBe(0);
  });

  test('the same signal twice at once is one: npm passes on what the terminal has sent as well', async () => {
    const { host } = await run({
      start: async ({ onClose }) => onClose('slow', () => new Promise((done) => setTimeout(done, 50))),
    });
    for (let times = 0; times < 5; times++) host.emit('SIGINT');
    expect(await host.ended).toBe(0);
  });

  test('a third one ends the process', async () => {
    const { host } = await run({
      start: async ({ onClose }) => onClose('stuck', () => new Promise(() => undefined), 200),
    });
    host.emit('SIGTERM');
    host.emit('SIGINT');
    host.emit('SIGTERM');
    expect(await host.ended).toBe(1);
  });

  test('a program is not ready while it starts', async () => {
    let report: unknown;
    await run({ start: async ({ health }) => void (report = await health.report()) });
    expect(report).toMatchObject({ status: 'not-ready', checks: [{ name: 'start', ok: false }] });
  });
});
