import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

describe('the types of the page', () => {
  it('are those of the contract; if not, run `npm run page:types`', () => {
    const made = execFileSync(process.execPath, ['dist/test/page/write-contract-types.js', '--print'], {
      encoding: 'utf8',
    });
    expect(readFileSync('apps/page/api/contract.d.ts', 'utf8')).toBe(made);
  });
});
