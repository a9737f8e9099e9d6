import { type FormEvent, useState } from 'react';
import { type DecodedUsername, useDecodeUsername } from '../../api/credentials.ts';
import { formatCount } from '../../text/format-count.ts';
import { Field } from '../../ui/field.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

/** Reads what a username says: whose it is, and until when. */
export function DecodePanel({ accountId, keyUid }: { readonly accountId: string; readonly keyUid: string }) {
  const [username, setUsername] = useState('');
  const decode = useDecodeUsername(accountId, keyUid);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    decode.mutate(username.trim());
  };
  return (
    <Panel title="Decode a username">
      <form className="form" onSubmit={submit}>
        <Field
          label="Username"
          required
          autoComplete="off"
          spellCheck={false}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        <ProblemNotice error={decode.error} />
        <div>
          <button type="submit" className="button" disabled={decode.isPending}>
            Decode
          </button>
        </div>
      </form>
      {decode.data !== undefined && <Facts decoded={decode.data} />}
    </Panel>
  );
}

function Facts({ decoded }: { readonly decoded: DecodedUsername }) {
  return (
    <dl className="facts">
      <dt>Custom identifier</dt>
      <dd>
        {decoded.custom_identifier === '' ? <span className="soft">none</span> : <bdi>{decoded.custom_identifier}</bdi>}
      </dd>
      <dt>Issued</dt>
      <dd>
        <Moment at={decoded.issued_on} />
      </dd>
      <dt>Expires</dt>
      <dd>
        <Moment at={decoded.expires_on} />
      </dd>
      <dt>State</dt>
      <dd>
        {decoded.revoked ? (
          <span className="badge badge-danger">revoked</span>
        ) : Date.parse(decoded.expires_on) < Date.now() ? (
          <span className="badge badge-warn">expired</span>
        ) : (
          <span className="badge badge-good">good</span>
        )}
      </dd>
      <dt>Live allocations</dt>
      <dd>{formatCount(decoded.live_allocations)}</dd>
    </dl>
  );
}
