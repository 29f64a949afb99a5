import { ConfigurationError, readConfiguration } from '@mps-ledger/platform';
import { mpsApiPort, standaloneMistakes, standaloneSettings } from './standalone.config';

function read(env: Record<string, string>) {
  return readConfiguration(standaloneSettings, env, { app: 'standalone', check: standaloneMistakes });
}

describe('the port of the vendor’s API', () => {
  it.each([
    [{}, { port: 8084, isMovable: false }],
    [{ API_PORT: '8090' }, { port: 8084, isMovable: true }],
    [
      { API_PORT: '0', MPS_API_PORT: '8084' },
      { port: 8084, isMovable: false },
    ],
    [
      { API_PORT: '0', MPS_API_PORT: '0' },
      { port: 0, isMovable: false },
    ],
  ])(
    'of %j is its default or the one that is set, and may be another only where neither API is on its default',
    (env, port) => {
      expect(mpsApiPort(read(env))).toEqual(port);
    },
  );
});

describe('the settings of the standalone app', () => {
  it('need none to be given', () => {
    expect(read({})).toMatchObject({
      DATA_DIR: '.mps-ledger',
      EVENT_LOG: 'postgres',
      API_HOST: '127.0.0.1',
      API_PORT: 8080,
      CALLBACK_HOST: '127.0.0.1',
      CALLBACK_PORT: 8081,
      MPS_NOTIFY_PATH: 'mps',
      LEDGER_PARTITIONS: 12,
    });
  });

  it('refuse one port for both listeners, unless the system chooses', () => {
    expect(() => read({ API_PORT: '9000', CALLBACK_PORT: '9000' })).toThrow(ConfigurationError);
    expect(() => read({ MPS_API_PORT: '8080' })).toThrow('MPS_API_PORT = 8080 is also the port of the API');
    expect(() => read({ CALLBACK_PORT: '8084' })).toThrow('MPS_API_PORT = 8084 is also the port of callbacks');
    expect(() => read({ MPS_API_PORT: '8081' })).toThrow('MPS_API_PORT = 8081 is also the port of callbacks');
    expect(read({ API_PORT: '0', CALLBACK_PORT: '0', MPS_API_PORT: '0' }).API_PORT).toBe(0);
  });

  it('refuse listeners open to others without what protects them, all at once', () => {
    const open = { API_HOST: '0.0.0.0', CALLBACK_HOST: '0.0.0.0', MPS_API_HOST: '0.0.0.0' };
    expect(() => read(open)).toThrow(/API_KEYS[^]*MPS_NOTIFY_PATH[^]*MPS_API_KEYS/);
  });
});
