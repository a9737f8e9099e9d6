/** The program of the relay's worker threads: source when this module runs from source, compiled code when compiled. */
export const relayWorkerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './relay-worker.ts' : './relay-worker.js',
  import.meta.url,
);
