import { useEffect, useState } from 'react';

const SHOWN_MS = 2_000;

/** Copies a text and says that it did; where the browser forbids it, it says that instead. */
export function CopyButton({ text, name = 'Copy' }: { readonly text: string; readonly name?: string }) {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  useEffect(() => {
    if (state !== 'ready') {
      const timer = setTimeout(() => setState('ready'), SHOWN_MS);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [state]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('refused');
    }
  };
  return (
    <button type="button" className="button button-small" onClick={() => void copy()}>
      <span aria-live="polite">{{ ready: name, copied: 'Copied', refused: 'Select and copy it' }[state]}</span>
    </button>
  );
}
