/**
 * The types of the whole tree, as `tsc -p tsconfig.json` checks them, and its program, for typed rules to read: what either has
 * found out about a type, the other need not.
 */
import { join } from 'node:path';
import ts from 'typescript';

/**
 * Reads the tree. Files that were checked before, and what matters to them, are not checked again (.cache/typescript.tsbuildinfo).
 *
 * @param {string} root folder of the tree
 * @returns {ts.EmitAndSemanticDiagnosticsBuilderProgram}
 */
export function readProgram(root) {
  const refuse = (fault) => {
    throw new Error(ts.flattenDiagnosticMessageText(fault.messageText, '\n'));
  };
  const settings = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: refuse,
  });
  return ts.createIncrementalProgram({
    rootNames: settings.fileNames,
    options: settings.options,
    configFileParsingDiagnostics: settings.errors,
    projectReferences: settings.projectReferences,
  });
}

/** What the compiler has to say, as it prints it; empty if nothing. Remembers what passed. */
export function typeFaults(builder, root) {
  const faults = [
    ...builder.getConfigFileParsingDiagnostics(),
    ...builder.getOptionsDiagnostics(),
    ...builder.getSyntacticDiagnostics(),
    ...builder.getGlobalDiagnostics(),
    ...builder.getSemanticDiagnostics(),
    ...builder.emit().diagnostics,
  ];
  return ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(faults), {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  });
}
