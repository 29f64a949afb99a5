import { traceparentOf } from './request-context';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test.each([
  [VALID, VALID],
  [`cc${VALID.slice(2)}-what-comes-later`, `cc${VALID.slice(2)}-what-comes-later`],
  [`${VALID}-more`, undefined],
  [`ff${VALID.slice(2)}`, undefined],
  [VALID.toUpperCase(), undefined],
  [VALID.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)), undefined],
  [VALID.replace('00f067aa0ba902b7', '0'.repeat(16)), undefined],
  ['', undefined],
  [undefined, undefined],
])('of the traceparent %j, %j is passed on', (given, passedOn) => {
  expect(traceparentOf({ headers: given === undefined ? {} : { traceparent: given } })).toBe(passedOn);
});
