import { logsIn, viaOf } from './via';

const [one, two] = ['abcdefghijk1', 'abcdefghijk2'];

describe('the header Via of what was forwarded', () => {
  it('names the logs that it came through, beside proxies', () => {
    expect(logsIn(viaOf([one, two]))).toEqual([one, two]);
    expect(
      logsIn(`1.0 fred, 1.1 mps-ledger-${one} , HTTP/2 p.example.net (mps-ledger-${two}), 1.1 mps-ledger-${two}`),
    ).toEqual([one, two]);
    expect([undefined, '', '1.1 proxy', `1.1 mps-ledger-${one}x`, `x1.1 mps-ledger-${one}`].flatMap(logsIn)).toEqual(
      [],
    );
  });

  it('is of bounded length', () => {
    expect(logsIn(viaOf(Array(1000).fill(one)))).toHaveLength(16);
  });
});
