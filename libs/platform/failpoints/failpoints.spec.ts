import { armFailpoints, failpoint } from './failpoints';
import { parseFailpoints } from './parse-failpoints';

const KNOWN = ['ingest.before-append', 'projector.in-batch'];
const asked = (FAILPOINTS: string, NODE_ENV?: string) => parseFailpoints({ FAILPOINTS, NODE_ENV }, KNOWN);

describe('FAILPOINTS', () => {
  it('is honoured under NODE_ENV=test', () => {
    const { points, mistakes, ignored } = asked('ingest.before-append=kill@3; projector.in-batch=stop', 'test');
    expect([...points]).toEqual([
      ['ingest.before-append', { action: 'kill', at: 3 }],
      ['projector.in-batch', { action: 'stop', at: 1 }],
    ]);
    expect({ mistakes, ignored }).toEqual({ mistakes: [], ignored: false });
  });

  it.each([undefined, '', 'production', 'Test', 'development'])('is ignored under NODE_ENV=%s', (env) => {
    expect(asked('ingest.before-append=kill', env)).toEqual({ points: new Map(), mistakes: [], ignored: true });
  });

  it.each([
    ['ingest.before-append', 'is not right'],
    ['ingest.before-append=kill@0', 'is not right'],
    ['ingest.before-append=explode', 'is not right'],
    ['projector.in-batch=kill;', 'is not right'],
    ['ingest.before-apend=kill', 'it must be one of ingest.before-append, projector.in-batch.'],
  ])('that cannot be right is a mistake: %s', (text, words) => {
    const { mistakes } = asked(text, 'test');
    expect(mistakes).toEqual([{ key: 'FAILPOINTS', message: expect.stringContaining(words) }]);
  });
});

describe('a failpoint', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);

  beforeEach(() => kill.mockClear());
  afterEach(() => armFailpoints(new Map()));

  it('does nothing unless it is armed', () => {
    failpoint('ingest.before-append');
    armFailpoints(asked('projector.in-batch=kill', 'test').points);
    failpoint('ingest.before-append');
    expect(kill).not.toHaveBeenCalled();
  });

  it.each([
    ['kill', 'SIGKILL'],
    ['stop', 'SIGSTOP'],
  ])('sends this process the signal of its action, once, at its passing: %s', (action, signal) => {
    armFailpoints(asked(`ingest.before-append=${action}@2`, 'test').points);
    failpoint('ingest.before-append');
    expect(kill).not.toHaveBeenCalled();
    failpoint('ingest.before-append');
    failpoint('ingest.before-append');
    expect(kill.mock.calls).toEqual([[process.pid, signal]]);
  });
});
