import { buildAddon } from '../../native/build-addon.mjs';
import { showProgress } from './show-progress.mjs';

/**
 * Makes the addon match its sources, and says once when that fails: the service runs without it. Does nothing when it
 * matches already.
 */
export async function buildNative() {
  /** @type {(() => void) | undefined} */
  let stopProgress;
  const result = await buildAddon(() => {
    stopProgress = showProgress('Building the native datagram back ends');
  });
  stopProgress?.();
  if (result.outcome === 'failed') {
    console.error(`taciturn: ${result.warning}`);
  }
}
