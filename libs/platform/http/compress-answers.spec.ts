import { acceptsGzip } from './compress-answers';

it.each([
  'gzip',
  'gzip, deflate, br',
  'br;q=1.0, gzip;q=0.8, *;q=0.1',
  'GZIP',
  'x-gzip',
  'br , gzip ;q=0.001',
  'gzip;q=1',
])('%s accepts gzip', (header) => {
  expect(acceptsGzip(header)).toBe(true);
});

it.each([undefined, '', 'identity', 'br', '*', 'gzip;q=0', 'gzip; q=0.000, br', 'gzipped', 'not-gzip', 'br;x=gzip'])(
  '%s does not',
  (header) => {
    expect(acceptsGzip(header)).toBe(false);
  },
);
