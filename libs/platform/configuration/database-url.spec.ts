import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse } from 'pg-connection-string';

import { databaseUrlProblems, describeDatabase } from './database-url';

let folder: string;
let certificate: string;
let key: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'database-url-'));
  certificate = join(folder, 'ca.pem');
  key = join(folder, 'key.pem');
  writeFileSync(certificate, '-----BEGIN CERTIFICATE-----\n');
  writeFileSync(key, '-----BEGIN PRIVATE KEY-----\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a database is shown by user, host, port and name alone', () => {
  test.each([
    ['postgres://ledger:very-secret@db.example:6432/books', 'postgres://ledger@db.example:6432/books'],
    ['postgresql://ledger:p@ss-Tail%2F9@db.example/books', 'postgres://ledger@db.example:5432/books'],
    ['postgres://ledger:a:b@c@db.example/books?sslmode=disable', 'postgres://ledger@db.example:5432/books'],
    ['postgres://db.example/books?password=Tail9&user=me', 'postgres://me@db.example:5432/books'],
    ['postgres://me@[::1]:5433/books?password=Tail9', 'postgres://me@[::1]:5433/books'],
    ['postgres://me:100%sure@db/books', 'postgres://me@db:5432/books'],
    ['postgres://me:a b@db/books', 'postgres://me@db:5432/books'],
    ['postgres://me:Tail9@/books?host=/run/postgresql', 'postgres://me@%2Frun%2Fpostgresql:5432/books'],
    ['postgres://me:Tail9@%2Frun%2Fpostgresql/books', 'postgres://me@%2Frun%2Fpostgresql:5432/books'],
    ['postgres:///books', 'postgres://localhost:5432/books'],
    ['postgres://me:Tail9@db', 'postgres://me@db:5432/'],
  ])('%s', (url, shown) => {
    expect(databaseUrlProblems(url)).toEqual([]);
    expect(describeDatabase(url)).toBe(shown);
  });

  test('as the client reads it', () => {
    const url = 'postgres://ledger:p@ss-Tail%2F9@db.example:6432/books';
    expect(parse(url)).toMatchObject({ user: 'ledger', host: 'db.example', port: '6432', database: 'books' });
    expect(parse(url).password).toBe('p@ss-Tail/9');
  });
});

describe('what cannot be parsed is a mistake, and shows nothing', () => {
  test.each([
    ['postgres://me:Se/cret9@db/books', /%2F/],
    ['postgres://me:1/Secret9@db/books', /after the first \/.*%2F/],
    ['postgres://me:12?Secret9@db/books', /\? before the host.*%3F/],
    ['postgres://me:12?Secret9=x@db/books', /\? before the host/],
    ['postgres://me:x@y?Secret9=x@db/books', /its name is not shown/],
    ['postgres://me:p@Secret9#x@db/books', /# in it.*%23/],
    ['postgres://me:Secret9@db:port/books', /cannot be parsed/],
    ['postgres://me:Secret9@db:99999/books', /cannot be parsed/],
    ['postgres://me:Secret9@db:0/books', /from 1 to 65535/],
    ['postgres://me:Secret9@db/books?port=x', /from 1 to 65535/],
    ['postgres://me:Secret9%FF@db/books', /cannot be parsed/],
    ['postgres://me:Secret9@db-1,db-2/books', /several hosts/],
    ['postgres://me:Secret9@db-1:1,db-2:2/books', /cannot be parsed/],
    ['postgres://me:Secret9@d b/books', /no proper host name/],
    ['postgres://me:Sec\nret9@db/books', /line break/],
    ['postgres://me:Secret9@db/books ', /space/],
    ['Secret9', /begins with postgres:/],
    ['mysql://me:Secret9@db/books', /begins with postgres:/],
  ])('%j', (url, words) => {
    const problems = databaseUrlProblems(url);
    expect(problems.join('\n')).toMatch(words);
    expect(problems.join('\n')).not.toMatch(/ret9/);
    expect(describeDatabase(url)).toBe('postgres://*** (its URL cannot be parsed and is not shown)');
  });
});

describe('parameters', () => {
  const of = (query: string) => databaseUrlProblems(`postgres://me:Secret9@db/books?${query}`);

  test('that the client honours are taken', () => {
    for (const query of [
      'sslmode=require',
      'sslmode=no-verify',
      'sslmode=disable',
      `sslmode=verify-full&sslrootcert=${certificate}&sslcert=${certificate}&sslkey=${key}`,
      'application_name=a%20b&options=-c%20work_mem%3D8MB&client_encoding=UTF8',
      'sslmode=verify-full&sslnegotiation=direct',
      'uselibpqcompat=true&sslmode=require',
      'ssl=true',
    ])
      expect([query, of(query)]).toEqual([query, []]);
  });

  test.each([
    ['channel_binding=require', /channel_binding, which cannot be demanded.*sslmode=verify-full/],
    ['sslmod=require', /sslmod, which is unknown; did you mean sslmode\?/],
    ['SSLMODE=require', /SSLMODE, which is unknown; did you mean sslmode\?/],
    ['sslmode=requre', /sslmode, which must be one of disable, no-verify, require, verify-ca, verify-full\./],
    ['sslmode=prefer', /never falls back/],
    ['sslmode=', /sslmode, which is empty/],
    ['sslmode=disable&sslmode=require', /given more than once/],
    ['ssl=false', /write sslmode/],
    ['ssl=true&sslmode=disable', /ssl beside/],
    ['sslmode=disable&sslrootcert=CA', /no TLS is used/],
    ['sslmode=no-verify&sslrootcert=CA', /no certificate is checked/],
    ['sslmode=disable&sslnegotiation=direct', /no TLS is used/],
    ['sslcert=CA', /needs both/],
    ['sslrootcert=/nowhere/ca.pem', /there is no such file/],
    ['sslrootcert=KEY', /in which there is no -----BEGIN CERTIFICATE/],
    ['sslrootcert=system', /leave it out/],
    ['target_session_attrs=read-write', /connects to one host/],
    ['gssencmode=require', /no GSSAPI/],
    ['sslnegotiation=indirect', /one of postgres, direct/],
    ['sslcrl=/x', /cannot be honoured/],
    ['connect_timeout=10', /bounds of their own/],
    ['statement_timeout=0', /bounds of their own/],
    ['dbname=other', /the path names the database/],
    ['pgbouncer=true', /DATABASE_POOLER=transaction/],
    ['user=you', /a user before it/],
    ['password=other', /a password before it/],
    ['host=elsewhere', /a host before it/],
    ['client_encoding=LATIN1', /must be UTF8/],
    ['schema=public', /is unknown/],
    ['__proto__=x', /is unknown/],
    ['constructor=x', /is unknown/],
  ])('that would not be in force are mistakes: %s', (query, words) => {
    const problems = of(query.replace('CA', certificate).replace('KEY', key));
    expect(problems.join('\n')).toMatch(words);
    expect(problems.join('\n')).not.toMatch(/Secret9/);
  });

  test('are reported all at once', () => {
    expect(of('channel_binding=require&sslmod=require&sslcrl=x')).toHaveLength(3);
  });
});
