import { type FormEvent, useState } from 'react';
import { type LimitHolder, type LimitName, useSetLimit } from '../api/limits.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { LIMIT_TEXTS } from './limit-texts.ts';

interface LimitRowProps {
  readonly name: LimitName;
  readonly value: number;
  readonly source: 'default' | 'account' | 'key';
  readonly holder: LimitHolder;
  readonly mayWrite: boolean;
}

const SOURCES = { default: 'the installation', account: 'the account', key: 'the key' } as const;

/** One limit: what it is, who set it, and a line to change it in its place. */
export function LimitRow({ name, value, source, holder, mayWrite }: LimitRowProps) {
  const { name: title, unit, format } = LIMIT_TEXTS[name];
  const [text, setText] = useState<string>();
  const setLimit = useSetLimit(holder);
  const isOwn = source === (holder.keyUid === undefined ? 'account' : 'key');
  const change = (next: number | null): void => {
    setLimit.mutate({ name, value: next }, { onSuccess: () => setText(undefined) });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change(Number(text));
  };
  return (
    <tr>
      <td>{title}</td>
      <td>
        {text === undefined ? (
          <span className={value === 0 ? 'soft' : undefined}>{value === 0 ? 'no limit' : format(value)}</span>
        ) : (
          <form className="row" onSubmit={submit}>
            <input
              className="input input-number"
              type="number"
              min={0}
              required
              // biome-ignore lint/a11y/noAutofocus: whoever asked to change the value is about to type it.
              autoFocus
              aria-label={`${title}, in ${unit}; 0 is no limit`}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <span className="small soft">{unit}; 0 is no limit</span>
            <button type="submit" className="button button-small button-main" disabled={setLimit.isPending}>
              Save
            </button>
            <button type="button" className="button button-small" onClick={() => setText(undefined)}>
              Cancel
            </button>
          </form>
        )}
        <ProblemNotice error={setLimit.error} />
      </td>
      <td className="soft">{SOURCES[source]}</td>
      <td className="number">
        {mayWrite && text === undefined && (
          <>
            {isOwn && (
              <button type="button" className="button button-small button-quiet" onClick={() => change(null)}>
                Give up<span className="visually-hidden"> {title}</span>
              </button>
            )}
            <button type="button" className="button button-small button-quiet" onClick={() => setText(String(value))}>
              Change<span className="visually-hidden"> {title}</span>
            </button>
          </>
        )}
      </td>
    </tr>
  );
}
