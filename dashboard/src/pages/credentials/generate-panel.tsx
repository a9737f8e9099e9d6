import { type FormEvent, useState } from 'react';
import { useGenerateCredential } from '../../api/credentials.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SelectField } from '../../ui/select-field.tsx';

const LIFETIMES = [
  ['300', '5 minutes'],
  ['3600', 'an hour'],
  ['86400', 'a day'],
] as const;

/** Makes a credential, as a back end would. */
export function GeneratePanel({ accountId, keyUid }: { readonly accountId: string; readonly keyUid: string }) {
  const [ttl, setTtl] = useState('3600');
  const [customIdentifier, setIdentifier] = useState('');
  const generate = useGenerateCredential(accountId);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    generate.mutate({ keyUid, ttl: Number(ttl), ...(customIdentifier === '' ? {} : { customIdentifier }) });
  };
  const configuration = JSON.stringify({ iceServers: generate.data?.iceServers }, null, 2);
  return (
    <Panel title="Generate">
      <form className="form" onSubmit={submit}>
        <SelectField
          label="Good for"
          choices={LIFETIMES}
          value={ttl}
          onChange={(event) => setTtl(event.target.value)}
        />
        <Field
          label="Custom identifier"
          hint="Optional: whom usage is counted for, and whose credentials can be revoked together."
          value={customIdentifier}
          onChange={(event) => setIdentifier(event.target.value)}
        />
        <ProblemNotice error={generate.error} />
        <div>
          <button type="submit" className="button button-main" disabled={generate.isPending}>
            Generate
          </button>
        </div>
      </form>
      {generate.data !== undefined && (
        <>
          <div className="row row-spread">
            <span className="small soft">
              Expires <Moment at={generate.data.expires_on} />
            </span>
            <CopyButton text={configuration} name="Copy the configuration" />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: code that is wider than the screen is scrolled by keys. */}
          <pre className="code-block" tabIndex={0}>
            <code>{configuration}</code>
          </pre>
        </>
      )}
    </Panel>
  );
}
