'use strict';

/**
 * Compares the mutants that no spec noticed with those that are explained.
 *
 * A mutant is known by its file, the line it begins in, what it replaces and by what (each with its white space brought
 * to one space), so that an explanation outlives changes elsewhere in the file, and not one of the line itself.
 *
 * @typedef {{ file: string, line: string, from: string, to: string }} Mutant
 * @typedef {{ reason: string, mutants: Mutant[] }} Explanation
 */

const oneSpaced = (text) => text.replaceAll(/\s+/g, ' ').trim();

const keyOf = ({ file, line, from, to }) => JSON.stringify([file, line, from, to]);

/** The text between two places, as Stryker counts them: lines and columns from 1, the end left out. */
function textAt(source, { start, end }) {
  const lines = source.split('\n');
  const offset = ({ line, column }) => lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1;
  return source.slice(offset(start), offset(end));
}

/** A mutant of Stryker's, as it is known here. */
function describeMutant(file, source, { location, replacement }) {
  const line = source.split('\n')[location.start.line - 1] ?? '';
  return {
    file,
    line: oneSpaced(line),
    from: oneSpaced(textAt(source, location)),
    to: oneSpaced(replacement),
  };
}

/**
 * What is wrong between survivors and explanations, of the files that were mutated. Several mutants known by the same
 * are compared by their number.
 *
 * @param survivors mutants that survived, or that no spec reaches
 * @param explanations all there are
 * @param files those that were mutated
 * @returns `unexplained`: survivors without an explanation; `outdated`: explained mutants that survive no longer
 */
function compareSurvivors(survivors, explanations, files) {
  const explained = explanations.flatMap(({ mutants }) => mutants).filter(({ file }) => files.includes(file));
  return { unexplained: without(survivors, explained), outdated: without(explained, survivors) };
}

/** The mutants that are in `all` more often than in `others`. */
function without(all, others) {
  const left = new Map();
  for (const mutant of others) left.set(keyOf(mutant), (left.get(keyOf(mutant)) ?? 0) + 1);
  return all.filter((mutant) => {
    const times = left.get(keyOf(mutant)) ?? 0;
    left.set(keyOf(mutant), times - 1);
    return times <= 0;
  });
}

module.exports = { compareSurvivors, describeMutant, oneSpaced };
