import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type CreatedKey, useCreateKey } from '../../api/keys.ts';
import { Field } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { CodeSamples } from './code-samples.tsx';
import { FirstAllocation } from './first-allocation.tsx';

/** Leads from a name to a first allocation: key, token, code, and word of its working. */
export function NewKeyPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/keys/new' });
  const [key, setKey] = useState<CreatedKey>();
  return key === undefined ? (
    <Page title="New key" lead="A key stands for one of your apps. You can make as many as you have apps.">
      <NameForm accountId={accountId} onMade={setKey} />
    </Page>
  ) : (
    <Page
      title={key.name === '' ? 'Your key' : key.name}
      lead="Three steps, and the first call goes through the relay."
      actions={
        <Link to="/accounts/$accountId/keys/$keyUid" params={{ accountId, keyUid: key.uid }} className="button">
          Go to the key
        </Link>
      }
    >
      <Panel title="1. Keep the token">
        <SecretOnce name="The key's API token." secret={key.key} />
        <dl className="facts">
          <dt>Key identifier</dt>
          <dd>
            <code>{key.uid}</code>
          </dd>
        </dl>
      </Panel>
      <Panel
        title="2. Make a credential on your back end"
        lead="The token belongs there: a page or an app that had it could make credentials for anyone."
      >
        <CodeSamples keyUid={key.uid} />
      </Panel>
      <Panel title="3. Relay something">
        <FirstAllocation accountId={accountId} keyUid={key.uid} />
      </Panel>
    </Page>
  );
}

function NameForm({ accountId, onMade }: { readonly accountId: string; readonly onMade: (key: CreatedKey) => void }) {
  const [name, setName] = useState('');
  const create = useCreateKey(accountId);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate(name, { onSuccess: onMade });
  };
  return (
    <section className="panel" aria-label="Name the key">
      <form className="form" onSubmit={submit}>
        <Field
          label="Name"
          required
          maxLength={200}
          placeholder="my app"
          hint="For people; it can be changed."
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <ProblemNotice error={create.error} />
        <div>
          <button type="submit" className="button button-main" disabled={create.isPending}>
            Make the key
          </button>
        </div>
      </form>
    </section>
  );
}
