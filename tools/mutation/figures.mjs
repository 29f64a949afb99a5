import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { asMarkdown } from './scores.mjs';

const DOCUMENT = 'docs/mutation-testing.md';
const MARKED = /(<!-- figures -->\n)[^]*(<!-- \/figures -->)/;

/** Writes the rows of a full run and the explanations between the marks in the document. */
export async function writeFigures(reports, explanations) {
  const tables = reports.map(({ rows, seconds }) => `${asMarkdown(rows)}\n\nIn ${seconds} s.\n`);
  const text = [...tables, ...explanations.map(explained)].join('\n');
  const before = readFileSync(DOCUMENT, 'utf8');
  const written = before.replace(MARKED, (_, begin, end) => `${begin}\n${text}\n${end}`);
  const options = await resolveConfig(DOCUMENT);
  writeFileSync(DOCUMENT, await format(written, { ...options, filepath: DOCUMENT }));
}

function explained({ reason, mutants }) {
  const lines = mutants.map(
    ({ file, line, from, to }) => `- \`${file}\`, in ${code(line)}: ${code(from)} → ${code(to)}`,
  );
  return `${reason}\n\n${lines.join('\n')}\n`;
}

/** As a code span, whatever back ticks it has inside. */
function code(text) {
  const fence = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return text === '' ? 'nothing' : `${fence}${space}${text}${space}${fence}`;
}
