import { changePreferences, usePreferences } from './preferences.ts';

/** Whether times are shown in the viewer's zone or in UTC; one click changes it. */
export function ZoneSwitch() {
  const { zone } = usePreferences();
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ');
  return (
    <button
      type="button"
      className="button button-small button-quiet"
      aria-pressed={zone === 'utc'}
      title={zone === 'utc' ? `Show times in ${local}` : 'Show times in UTC'}
      onClick={() => changePreferences({ zone: zone === 'utc' ? 'local' : 'utc' })}
    >
      {zone === 'utc' ? 'Times in UTC' : 'Local times'}
    </button>
  );
}
