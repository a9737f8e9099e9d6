import { type Profiler, Session } from 'node:inspector';

/**
 * How often functions of sources below `folder` are called during the second of two `act`s, as V8 counts for coverage: a
 * measure of work that is the same each time and on each machine. Built-in functions and the rounds of loops do not count.
 */
export function countCalls(folder: string, act: () => void): number {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true });
  // A function that was compiled to machine code is counted from its first call on that is not.
  act();
  takeCoverage(session);
  act();
  const scripts = takeCoverage(session);
  session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  return scripts
    .filter(({ url }) => url.includes(folder))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

/** What was counted since the last time. */
function takeCoverage(session: Session): readonly Profiler.ScriptCoverage[] {
  let scripts: readonly Profiler.ScriptCoverage[] = [];
  // The answer comes before `post` returns.
  session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
    scripts = result;
  });
  return scripts;
}
