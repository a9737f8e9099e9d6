import { usePreferences } from '../app/preferences.ts';
import { formatMoment } from '../text/format-moment.ts';

/** A moment in the viewer's zone, or in UTC when they chose so. */
export function Moment({ at }: { readonly at: string | number | undefined }) {
  const { zone } = usePreferences();
  if (at === undefined || at === '') {
    return <span className="soft">never</span>;
  }
  const moment = new Date(at);
  return (
    <time dateTime={moment.toISOString()} className="nowrap">
      {formatMoment(moment, zone)}
    </time>
  );
}
