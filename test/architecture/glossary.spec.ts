import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { filesBelow } from './files';
import { fixtures, ROOT } from './rejections';

const PRODUCT = /^(apps|libs)\/.*\.tsx?$/;

/** Identifiers that were replaced by the words of the glossary. */
const RETIRED: ReadonlySet<string> = new Set(
  (
    'BREATHS DOUBT Deeds Guise Heard HeardAs Heeded Looker MostListed OddNumbers READING ReadOn ' +
    'ReceivedNotification SaidOfEvent Seldom Telling Tenure ToPark Undecodable Unfit Wish askHistory ' +
    'askNotifications askTask askTasks closedBy failpointsOf forgetAll heardAgain heardOf isDoubtful isSlip ' +
    'lowerBrokers makeLooker makeReadOn makeSeldom markMended passExpired raiseBrokers readOn saidBy saidOf ' +
    'saidOfEvent standingOf timeOfAsking whatIsSaid'
  ).split(' '),
);

const DRIVER = 'one in each driver of the event log';
const VERIFIER = 'the verifier shares no code with what it verifies';

/** Names that several exported types share, and why. */
const SHARED: Readonly<Record<string, string>> = {
  Arguments: VERIFIER,
  Check: VERIFIER,
  Finding: 'a fact in a notification, and what a health check finds',
  FollowerOptions: DRIVER,
  Lane: VERIFIER,
  LogInspector: DRIVER,
  Logger: 'pino’s logger, and the part of it that the event log uses',
  NotificationRow: 'a row as it is read, and as it is written',
  ParkedRow: 'a row as it is read, and as it is written',
  PartitionSourceOptions: DRIVER,
  RawRange: 'a range in arguments, and in an answer',
  RunOptions: VERIFIER,
  WantedLog: DRIVER,
};

interface Source {
  readonly file: string;
  readonly exportedTypes: readonly string[];
  readonly identifiers: ReadonlySet<string>;
}

const isTypeDeclaration = (node: ts.Statement) =>
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isEnumDeclaration(node);

/** Reads what a file declares and names. Re-exports declare nothing. */
function readSource(folder: string, file: string): Source {
  const source = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.ESNext);
  const identifiers = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) identifiers.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const exportedTypes = source.statements
    .filter(isTypeDeclaration)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true)
    .flatMap(({ name }) => (name === undefined ? [] : [name.text]));
  return { file, exportedTypes, identifiers };
}

const sourcesBelow = (folder: string): Source[] => filesBelow(folder, PRODUCT).map((file) => readSource(folder, file));

/** The names that a glossary’s words have as types: `Rejected record` is `RejectedRecord`. */
const typeNamesIn = (glossary: string): ReadonlySet<string> =>
  new Set(
    [...glossary.matchAll(/^\| ([\w(][^|]*?) +\|/gm)]
      .flatMap(([, words = '']) => words.replace(/\(.*?\)/g, '').split(','))
      .map((word) => word.trim().replace(/(?:^|[ _-])([a-z])/g, (_, letter: string) => letter.toUpperCase())),
  );

/** `Name: file, file` for each name that several exported types share. */
function sharedNames(sources: readonly Source[]): string[] {
  const files = new Map<string, string[]>();
  for (const { file, exportedTypes } of sources) {
    for (const name of exportedTypes) files.set(name, [...(files.get(name) ?? []), file]);
  }
  return [...files]
    .filter(([, declarations]) => declarations.length > 1)
    .map(([name, declarations]) => `${name}: ${declarations.join(', ')}`)
    .sort();
}

/** `file: name` for each retired identifier. */
const retiredIn = (sources: readonly Source[]): string[] =>
  sources.flatMap(({ file, identifiers }) =>
    [...identifiers].filter((name) => RETIRED.has(name)).map((name) => `${file}: ${name}`),
  );

describe('the words of the glossary', () => {
  const sources = sourcesBelow(ROOT);
  const words = typeNamesIn(readFileSync(join(ROOT, 'docs/glossary.md'), 'utf8'));

  it('are found, and some of them are types', () => {
    const declared = new Set(sources.flatMap(({ exportedTypes }) => exportedTypes));
    expect([...words].filter((word) => declared.has(word))).toEqual(
      expect.arrayContaining(['Claim', 'Confirmation', 'EventLog', 'Hearing', 'RawNotification', 'Receipt']),
    );
  });

  it('stand for one exported type each, as does any other name, apart from those listed with a reason', () => {
    const shared = sharedNames(sources).map((one) => one.slice(0, one.indexOf(':')));
    expect(shared).toEqual(Object.keys(SHARED).sort());
    expect(shared.filter((name) => words.has(name))).toEqual([]);
  });

  it('are used: no identifier is a retired word', () => {
    expect(retiredIn(sources)).toEqual([]);
  });
});

describe('the check of the glossary', () => {
  const folder = fixtures('glossary');
  const sources = sourcesBelow(folder);

  it('reads the words of all rows, without what is in brackets', () => {
    const words = typeNamesIn(readFileSync(join(folder, 'docs/glossary.md'), 'utf8'));
    expect([...words]).toEqual(['Word', 'Claim', 'RejectedRecord', 'Guard', 'Receive', 'Derive', 'SeenEnd']);
  });

  it('rejects a name that two exported types share, and accepts re-exported and local ones', () => {
    expect(sharedNames(sources)).toEqual([
      'Appender: apps/query/claim.ts, libs/tasks/claims.ts',
      'Claim: apps/query/claim.ts, libs/tasks/claims.ts',
      'Options: apps/query/claim.ts, libs/tasks/claims.ts',
    ]);
  });

  it('rejects retired identifiers, and accepts the same words in texts and comments', () => {
    expect(retiredIn(sources)).toEqual(['apps/query/ask.ts: askTask', 'apps/query/ask.ts: Wish']);
  });
});
