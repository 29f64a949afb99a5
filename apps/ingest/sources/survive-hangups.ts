/**
 * Makes SIGHUP harmless where there is a file of sources, from now on: by default it ends a process, also one that has not
 * yet begun to listen to it, or is closing.
 */
export function surviveHangups({ SOURCES_FILE }: { readonly SOURCES_FILE?: string | undefined }): void {
  if (SOURCES_FILE !== undefined) process.on('SIGHUP', () => undefined);
}
