import { makeLogger } from './make-logger';
import { nestLogger } from './nest-logger';
import { terminalLines } from './terminal-lines';

function recording(level?: 'debug') {
  const lines: { [member: string]: unknown; err?: { message: string; stack?: string } }[] = [];
  const destination = { write: (text: string) => void lines.push(JSON.parse(text)) };
  return { lines, logger: makeLogger({ app: 'spec', destination, ...(level === undefined ? {} : { level }) }) };
}

describe('a line', () => {
  test('is JSON with level, time, app, message and members', () => {
    const { lines, logger } = recording();
    logger.info({ partition: 3 }, 'owned');
    logger.debug('not of interest');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        app: 'spec',
        partition: 3,
        msg: 'owned',
      },
    ]);
  });

  test('hides secrets', () => {
    const { lines, logger } = recording();
    logger.info({ password: 'hunter2', headers: { authorization: 'Bearer x' }, a: { b: { token: 'x' } } }, 'm');
    expect(lines[0]).toMatchObject({
      password: '[hidden]',
      headers: { authorization: '[hidden]' },
      a: { b: { token: '[hidden]' } },
    });
  });

  test('keeps the stack and the cause of an error', () => {
    const { lines, logger } = recording();
    logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    expect(lines[0]!.err!.message).toBe('outer: inner');
    expect(lines[0]!.err!.stack).toContain('caused by: Error: inner');
  });

  test('leaves out the connection that an error came from', () => {
    const { lines, logger } = recording();
    logger.error({ err: Object.assign(new Error('lost'), { code: '57P01', client: { host: 'x' } }) }, 'failed');
    expect(lines[0]!.err).toMatchObject({ message: 'lost', code: '57P01' });
    expect(lines[0]!.err).not.toHaveProperty('client');
  });
});

describe("Nest's log", () => {
  test('goes through ours, its chatter only when asked for', () => {
    const { lines, logger } = recording('debug');
    const nest = nestLogger(logger);
    nest.log('Nest application successfully started', 'NestApplication');
    nest.warn('careful', 'SomeService');
    nest.error('it broke', 'Error: it broke\n    at somewhere', 'SomeService');
    nest.error(new Error('thrown'));
    expect(lines.map(({ level, context, msg, err }) => [level, context, msg, err?.stack?.split('\n')[0]])).toEqual([
      ['debug', 'NestApplication', 'Nest application successfully started', undefined],
      ['warn', 'SomeService', 'careful', undefined],
      ['error', 'SomeService', 'it broke', 'Error: it broke'],
      ['error', undefined, 'thrown', 'Error: thrown'],
    ]);
  });
});

describe('on a terminal', () => {
  const shown = (colour: boolean, act: (logger: ReturnType<typeof makeLogger>) => void) => {
    let text = '';
    act(makeLogger({ app: 'spec', destination: terminalLines({ write: (more) => (text += more) }, { colour }) }));
    return text;
  };

  test('lines are short', () => {
    const text = shown(false, (logger) => logger.warn({ partition: 3, at: { a: 1 }, name: 'x' }, 'waiting'));
    expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}spec: waiting \(partition=3 at=\{"a":1\} name=x\)\n$/);
  });

  test('an error shows its stack', () => {
    expect(shown(false, (logger) => logger.error({ err: new Error('no') }, 'failed'))).toMatch(
      /failed\n {2}Error: no\n {6,}at /,
    );
  });

  test('colour marks what matters, where colour is wanted', () => {
    expect(shown(true, (logger) => logger.error('x'))).toContain('\u001b[31m');
    expect(shown(true, (logger) => logger.info('x'))).not.toContain('\u001b');
  });

  test('what is not a log line is passed on', () => {
    let text = '';
    const lines = terminalLines({ write: (more) => (text += more) }, { colour: false });
    for (const line of ['plain\n', 'bell\u0007\n', '7\n', 'null\n', '"text\u001b"\n']) lines.write(line);
    expect(text).toBe('plain\nbell\\u0007\n7\nnull\n"text\\u001b"\n');
  });

  test('nothing from outside reaches the terminal as more than text, wherever in a line it stands', () => {
    const nasty = '\u001b[2J\u009b31m\u0007\r\n\u202e\u2028\u007f';
    const text = shown(false, (logger) => {
      logger.warn({ [nasty]: nasty, deep: { [nasty]: nasty }, err: new Error(nasty) }, nasty);
    });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text.match(/\\u001b\[2J/g)?.length).toBeGreaterThanOrEqual(6);
    const [, ...more] = text.trimEnd().split('\n');
    for (const line of more) expect(line).toMatch(/^ {2}/);
  });
});
