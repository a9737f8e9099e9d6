import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { addonFile, readBuildRecord } from './build-addon.mjs';

/**
 * Loads the addon into this thread. It is compiled code of one platform, so there is always a reason why it may not be
 * there, and none of them is an error.
 */
export function loadDatagramAddon(path = addonFile) {
  if (process.platform !== 'linux') {
    return { reason: `the native datagram back ends are for Linux, and this is ${process.platform}` };
  }
  if (!existsSync(path)) {
    const failure = readBuildRecord()?.failure?.reason ?? 'it was installed without its install script';
    return { reason: `the addon is not built: ${failure}` };
  }
  try {
    return { addon: createRequire(import.meta.url)(path) };
  } catch (error) {
    return { reason: `the addon cannot be loaded: ${error.message}` };
  }
}
