// What npm runs when it installs this workspace. Whatever happens, the installation goes on.

import { buildAddon } from './build-addon.mjs';

const result = await buildAddon();
if ('warning' in result) {
  console.error(`taciturn: ${result.warning}`);
}
