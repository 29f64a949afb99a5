import type { CallbackSource } from '../notification-sources';
import { RunningForwards } from './running-forwards';

const source = (id: string, forwardTo?: string, path = id): CallbackSource => ({
  ...{ id, account: 'default', transport: 'callback', path, keys: [], expired: 'accept' },
  ...(forwardTo !== undefined && { forwardTo }),
});

describe('running forwards', () => {
  it('are replaced by stopping and starting those whose URL has changed, and no others', async () => {
    const happened: string[] = [];
    const forwards = new RunningForwards((id, to) => {
      happened.push(`start ${id} ${to}`);
      return { stop: () => Promise.resolve(void happened.push(`stop ${id} ${to}`)) };
    });
    await forwards.replace([source('a', 'x'), source('b', 'x'), source('gone', 'x'), source('c')]);
    expect(happened.splice(0)).toEqual(['start a x', 'start b x', 'start gone x']);
    await forwards.replace([source('a', 'x', 'another-path'), source('b', 'y'), source('c', 'z'), source('gone')]);
    expect(happened.splice(0)).toEqual(['stop b x', 'stop gone x', 'start b y', 'start c z']);
    await forwards.stop();
    expect(happened.splice(0).sort()).toEqual(['stop a x', 'stop b y', 'stop c z']);
    await forwards.replace([source('late', 'x')]);
    expect(happened).not.toContain('start late x');
  });
});
