import fc from 'fast-check';
import { formatAddress, parseAddress, viewAddress, withParameters } from './address';

describe('the address', () => {
  it('says all that is shown, and is read as it was written', () => {
    const texts = fc.string({ minLength: 1, maxLength: 20 });
    const names = texts.filter((name) => name !== 'view' && name !== '__proto__');
    const parameters = fc.dictionary(names, fc.array(texts, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(fc.constantFrom('tasks', 'task'), parameters, (view, given) => {
        const address = { view, parameters: { ...given } } as const;
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it('leads to the list where it names no view that there is', () => {
    for (const search of ['', '?', '?view=none', '?view=']) expect(parseAddress(search).view).toBe('tasks');
  });

  it('loses a parameter that is taken away, and keeps the others', () => {
    const address = parseAddress('?status=queued&status=processing&kind=live');
    expect(formatAddress(withParameters(address, { status: ['queued'] }))).toBe('?status=queued&kind=live');
    expect(formatAddress(withParameters(address, { status: null }))).toBe('?kind=live');
    expect(formatAddress(withParameters(address, { status: [] }))).toBe('?kind=live');
  });

  it('of another view keeps how times are shown, and nothing else', () => {
    const address = parseAddress('?time=utc&status=queued');
    expect(formatAddress(viewAddress(address, 'task', { task: ['a b'] }))).toBe('?view=task&task=a+b&time=utc');
  });
});
