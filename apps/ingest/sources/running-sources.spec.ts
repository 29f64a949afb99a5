import { EventEmitter } from 'node:events';
import { ConfigurationError, makeLogger } from '@mps-ledger/platform';
import { eventually } from '@mps-ledger/spec-kit';
import type { CallbackSource, CmqQueueSource, ConfiguredSource } from './notification-sources';
import { reloadAtSignal } from './reload-sources';
import { RunningSources } from './running-sources';

const callback = (id: string, path: string): CallbackSource => ({
  ...{ id, account: 'default', transport: 'callback', path, keys: [], expired: 'accept' },
});
const queue = (id: string, secretKey = 'key'): CmqQueueSource => ({
  ...{
    id,
    account: 'default',
    transport: 'cmq-queue',
    keys: [],
    expired: 'accept',
    queue: 'q',
    secretId: 'i',
    secretKey,
  },
  endpoint: { protocol: 'http:', hostname: 'h', port: null, host: 'h', path: '/' },
});

function made() {
  const happened: string[] = [];
  const sources = new RunningSources((settings) => {
    const { id, secretKey } = settings as CmqQueueSource;
    happened.push(`start ${id} ${secretKey}`);
    return {
      async stop() {
        await Promise.resolve();
        happened.push(`stop ${id} ${secretKey}`);
      },
    };
  });
  return { sources, happened };
}

describe('running sources', () => {
  it('are replaced by stopping and starting those that have changed, and no others', async () => {
    const { sources, happened } = made();
    await sources.replace([callback('c', 'one'), queue('a'), queue('b'), queue('gone')]);
    expect(happened.splice(0)).toEqual(['start a key', 'start b key', 'start gone key']);
    const changes = await sources.replace([callback('c', 'two'), queue('a'), queue('b', 'rotated'), queue('new')]);
    expect(changes).toEqual({ started: ['new'], stopped: ['gone'], restarted: ['c', 'b'], unchanged: 1 });
    // What is drained is drained before anything starts.
    expect(happened.splice(0)).toEqual(['stop b key', 'stop gone key', 'start b rotated', 'start new key']);
    expect([sources.at('one'), sources.at('two')?.source.id]).toEqual([undefined, 'c']);
    await sources.stop();
    expect(happened.sort()).toEqual(['stop a key', 'stop b rotated', 'stop new key']);
    await sources.replace([queue('late')]);
    expect(happened).not.toContain('start late key');
  });

  it('are left as they were where one of the new ones is wrong, before anything is stopped', async () => {
    const { sources, happened } = made();
    await sources.replace([callback('c', 'one'), queue('a')]);
    happened.splice(0);
    await expect(sources.replace([{ ...callback('c', 'two'), networks: ['nonsense'] }, queue('b')])).rejects.toThrow();
    expect(happened).toEqual([]);
    expect([sources.at('one')?.source.id, sources.at('two')]).toEqual(['c', undefined]);
    expect(sources.all.map(({ id }) => id)).toEqual(['c', 'a']);
  });

  it('are all started but for one that cannot be, which the next reading tries again', async () => {
    let fails = true;
    const started: string[] = [];
    const sources = new RunningSources(({ id }) => {
      if (id === 'bad' && fails) throw new Error('no such place');
      started.push(id);
      return { stop: () => Promise.resolve() };
    });
    const all = [queue('a'), queue('bad'), queue('c')];
    await expect(sources.replace(all)).rejects.toThrow('no such place');
    expect(started).toEqual(['a', 'c']);
    fails = false;
    expect(await sources.replace(all)).toMatchObject({ started: ['bad'], unchanged: 2 });
    expect(started).toEqual(['a', 'c', 'bad']);
  });

  it('know who may call', async () => {
    const { sources } = made();
    await sources.replace([{ ...callback('c', 'p'), networks: ['10.0.0.0/8'] }, callback('open', 'o')]);
    expect(['10.1.1.1', '127.0.0.1'].map((address) => sources.at('p')?.allows(address))).toEqual([true, false]);
    expect([sources.at('o')?.allows('127.0.0.1'), sources.firstPath]).toEqual([true, 'p']);
  });

  it('are read again at SIGHUP; a file with mistakes changes nothing, and the log has them', async () => {
    const { sources, happened } = made();
    await sources.replace([queue('a')]);
    const lines: Record<string, unknown>[] = [];
    const logger = makeLogger({
      app: 'spec',
      destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    });
    const host = new EventEmitter();
    let given: () => readonly ConfiguredSource[] = () => {
      throw new ConfigurationError('ingest', [{ key: 'SOURCES_FILE', message: 's.yaml:1:2: wrong' }]);
    };
    const end = reloadAtSignal({ read: () => given(), sources, logger, host });
    host.emit('SIGHUP');
    await eventually(() => lines.length === 1);
    expect(lines[0]).toMatchObject({ level: 'error', mistakes: ['s.yaml:1:2: wrong'] });
    given = () => [queue('a'), queue('b')];
    host.emit('SIGHUP');
    await eventually(() => lines.length === 2);
    expect(lines[1]).toMatchObject({ started: ['b'], unchanged: 1 });
    expect(happened).toEqual(['start a key', 'start b key']);
    end();
    expect(host.listenerCount('SIGHUP')).toBe(0);
  });
});
