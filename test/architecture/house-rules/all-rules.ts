import type { HouseRule } from '../house-rule.ts';
import { consoles, coreClocks, skippedTests, unsafeBuffers } from './banned-calls.ts';
import { emptyWords, getFunctions } from './banned-names.ts';
import { barrels, defaultExports, enums, packetPathPromises, packetPathTries, sourceUrls } from './banned-syntax.ts';
import { namedAfterExport } from './file-names.ts';
import { fileLength, functionLength } from './lengths.ts';

/** Every rule about one source file. Rules about the tree and its documents are tests of their own. */
export const allRules: readonly HouseRule[] = [
  functionLength,
  fileLength,
  namedAfterExport,
  emptyWords,
  getFunctions,
  enums,
  defaultExports,
  barrels,
  packetPathTries,
  packetPathPromises,
  sourceUrls,
  coreClocks,
  consoles,
  unsafeBuffers,
  skippedTests,
];
