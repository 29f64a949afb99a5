import { Type } from 'typebox';

import { makeParameterReader } from './parameters';
import { Problem } from './problem';

const read = makeParameterReader({
  limit: { schema: Type.Integer({ minimum: 1, maximum: 9 }), description: '', allowed: 'a whole number from 1 to 9' },
  status: { schema: Type.Enum(['open', 'closed']), description: '', allowed: 'one of open, closed' },
  since: {
    schema: Type.String({ format: 'date-time' }),
    description: '',
    allowed: 'a time',
    parse: (text) => (text === '2026' ? new Date(Date.UTC(2026)) : null),
  },
});

function errorsOf(query: unknown): unknown {
  try {
    read(query);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect((error as Problem).status).toBe(400);
    expect((error as Problem).code).toBe('bad-parameter');
    return (error as Problem).errors;
  }
}

describe('query parameters', () => {
  it('are read by their schemas; what is not given is not there', () => {
    expect(read({})).toEqual({});
    expect(read({ limit: '7', status: 'open' })).toEqual({ limit: 7, status: 'open' });
    expect(read({ since: '2026' })).toEqual({ since: new Date(Date.UTC(2026)) });
  });

  it.each(['', '0', '10', '07', '+7', ' 7', '7 ', '7.0', '7e0', '0x7', '-1', '9'.repeat(400)])(
    'take no number from %j',
    (limit) => {
      expect(errorsOf({ limit })).toEqual([
        {
          where: 'query.limit',
          detail: expect.stringMatching(/was given; it must be a whole number from 1 to 9\.$/) as string,
        },
      ]);
    },
  );

  it('are refused all at once, each with what was given and what is allowed', () => {
    expect(errorsOf({ limit: 'x', status: ['open', 'open', 'closed'], sttus: 'open', since: 'yesterday' })).toEqual([
      { where: 'query.limit', detail: '"x" was given; it must be a whole number from 1 to 9.' },
      { where: 'query.status', detail: 'It was given 3 times; it may be given once.' },
      {
        where: 'query.sttus',
        detail: 'There is no such parameter; there are limit, status, since. Did you mean status?',
      },
      { where: 'query.since', detail: '"yesterday" was given; it must be a time.' },
    ]);
  });

  it('that must be given are asked for, after what is wrong with the others', () => {
    const of = makeParameterReader({
      from: { schema: Type.Integer({ minimum: 1 }), description: '', allowed: 'a whole number from 1', required: true },
    });
    expect(of({ from: '3' })).toEqual({ from: 3 });
    let errors: unknown;
    try {
      of({ frm: '3' });
    } catch (error) {
      ({ errors } = error as Problem);
    }
    expect(errors).toEqual([
      { where: 'query.frm', detail: expect.stringContaining('Did you mean from?') as string },
      { where: 'query.from', detail: 'It is missing; it must be a whole number from 1.' },
    ]);
  });

  it('take several values where they say so, each once, also parted by their separator', () => {
    const of = makeParameterReader({
      status: { schema: Type.Enum(['open', 'closed']), description: '', allowed: 'one of open, closed', several: 2 },
      fields: { schema: Type.Enum(['a', 'b']), description: '', allowed: 'some of a, b', several: 2, separator: ',' },
      id: { schema: Type.String({ maxLength: 1 }), description: '', allowed: 'a character', several: 2 },
    });
    expect(of({ status: 'open', fields: 'b,a' })).toEqual({ status: ['open'], fields: ['b', 'a'] });
    expect(of({ status: ['open', 'open'], fields: ['a', 'b'] })).toEqual({ status: ['open'], fields: ['a', 'b'] });
    expect(() => of({ id: ['a', 'b', 'b'] })).toThrow('Bad parameters: id');
    expect(() => of({ fields: ['a', 'a,b'] })).toThrow('Bad parameters: fields');
    try {
      of({ status: ['opne', 'x'], fields: 'a,', id: ['a', 'b', 'c'] });
      throw new Error('they were taken');
    } catch (error) {
      expect((error as Problem).errors).toEqual([
        { where: 'query.status', detail: '"opne" was given; it must be one of open, closed. Did you mean open?' },
        { where: 'query.status', detail: '"x" was given; it must be one of open, closed.' },
        { where: 'query.fields', detail: '"" was given; it must be some of a, b.' },
        { where: 'query.id', detail: 'It was given with 3 values; it may have 2 at most.' },
      ]);
    }
  });

  it('that another path has are refused with where it is', () => {
    const of = makeParameterReader({}, { at: 'Ask elsewhere.' });
    expect(() => of({ at: '1' })).toThrow('Bad parameters: at');
    try {
      of({ at: '1' });
    } catch (error) {
      expect((error as Problem).errors).toEqual([
        { where: 'query.at', detail: 'There is no such parameter here. Ask elsewhere.' },
      ]);
    }
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('never find %s', (name) => {
    expect(errorsOf({ [name]: 'x' })).toHaveLength(1);
    expect(errorsOf(Object.fromEntries([[name, 'x']]))).toHaveLength(1);
  });

  it('that another operation has are refused with where that is', () => {
    const elsewhere = makeParameterReader({}, { at: 'Ask for one task.' });
    const take = (): unknown => elsewhere({ at: 'x', toString: 'x' });
    expect(take).toThrow(Problem);
    try {
      take();
    } catch (error) {
      expect((error as Problem).errors?.map(({ detail }) => detail)).toEqual([
        'There is no such parameter here. Ask for one task.',
        'There is no such parameter; this path takes none.',
      ]);
    }
  });

  it('are reported without an answer of their own length', () => {
    const error = JSON.stringify(errorsOf({ status: 'x'.repeat(50_000), ['y'.repeat(50_000)]: 'z' }));
    expect(error.length).toBeLessThan(1000);
  });
});
