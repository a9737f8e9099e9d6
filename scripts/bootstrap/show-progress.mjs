/**
 * Says on standard error that a step runs, and again while it lasts.
 * @param {string} step
 * @returns {() => void} ends the step
 */
export function showProgress(step) {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const isTerminal = process.stderr.isTTY === true;
  process.stderr.write(isTerminal ? `${step}…` : `${step}…\n`);
  const timer = setInterval(
    () => process.stderr.write(isTerminal ? `\r${step}… ${seconds()} s` : `${step}… ${seconds()} s so far\n`),
    isTerminal ? 1000 : 10_000,
  );
  return () => {
    clearInterval(timer);
    process.stderr.write(`${isTerminal ? '\r' : ''}${step}: ${seconds()} s\n`);
  };
}
