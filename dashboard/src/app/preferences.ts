import { useSyncExternalStore } from 'react';
import type { Zone } from '../text/format-moment.ts';

export type Theme = 'system' | 'light' | 'dark';

interface Preferences {
  readonly theme: Theme;
  readonly zone: Zone;
}

const STORED_AS = 'taciturn-preferences';
const DARK = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let current = readStored();

/** How this browser's viewer wants to see things; it is kept in the browser alone. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(current));
  } catch {
    // A browser that stores nothing forgets the choice with the page.
  }
  applyTheme();
  for (const listener of listeners) {
    listener();
  }
}

/** Puts the theme on the document, now and whenever the system's changes. */
export function followTheme(): void {
  applyTheme();
  DARK.addEventListener('change', () => {
    applyTheme();
    // Another object, though it says the same: whatever reads colours reads them anew.
    current = { ...current };
    for (const listener of listeners) {
      listener();
    }
  });
}

function applyTheme(): void {
  const system = DARK.matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = current.theme === 'system' ? system : current.theme;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function readStored(): Preferences {
  try {
    const { theme, zone } = JSON.parse(localStorage.getItem(STORED_AS) ?? '{}') as Partial<Preferences>;
    return {
      theme: theme === 'light' || theme === 'dark' ? theme : 'system',
      zone: zone === 'utc' ? 'utc' : 'local',
    };
  } catch {
    return { theme: 'system', zone: 'local' };
  }
}
