import { useEffect, useRef, useState } from 'react';
import { type GeneratedCredential, generateCredential } from '../../api/credentials.ts';
import type { TestedPath } from './judge-paths.ts';
import { listPaths } from './list-paths.ts';
import { testPath } from './test-path.ts';

const TTL_SECONDS = 300;

export interface ConnectionTest {
  readonly tested: readonly TestedPath[];
  readonly isRunning: boolean;
  readonly error: Error | null;
  readonly start: (keyUid: string) => void;
  readonly stop: () => void;
}

/** Tries every path to the relay with a credential of five minutes, one after the other. */
export function useConnectionTest(accountId: string): ConnectionTest {
  const [tested, setTested] = useState<readonly TestedPath[]>([]);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const run = async (keyUid: string, signal: AbortSignal): Promise<void> => {
    try {
      const generated = await generateCredential(accountId, { keyUid, ttl: TTL_SECONDS });
      await testAll(generated, signal, setTested);
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    } finally {
      setRunning(false);
    }
  };
  return {
    tested,
    isRunning,
    error,
    start: (keyUid) => {
      running.current?.abort();
      running.current = new AbortController();
      setTested([]);
      setError(null);
      setRunning(true);
      void run(keyUid, running.current.signal);
    },
    stop: () => running.current?.abort(),
  };
}

async function testAll(
  { iceServers }: GeneratedCredential,
  signal: AbortSignal,
  onProgress: (tested: readonly TestedPath[]) => void,
): Promise<void> {
  const credential = iceServers.find(({ username }) => username !== undefined) ?? {};
  let tested: readonly TestedPath[] = listPaths(iceServers).map((path) => ({ path, result: undefined }));
  onProgress(tested);
  for (const { path } of tested) {
    const result = await testPath(path, credential, signal);
    tested = tested.map((one) => (one.path === path ? { path, result } : one));
    onProgress(tested);
  }
}
