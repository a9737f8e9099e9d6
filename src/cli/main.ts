#!/usr/bin/env node
/** The entry of the program: it is read by any Node, and says so when that Node is too old for the rest. */

const OLDEST_NODE = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
  process.stderr.write(`taciturn: Node ${process.versions.node} is too old, it takes Node ${OLDEST_NODE} or newer.\n`);
  process.exit(1);
}
const { runCli } = await import('./run-cli.ts');
await runCli(process.argv.slice(2));
