import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useKeys } from '../../api/keys.ts';
import { hasRole } from '../../api/session.ts';
import { useSignedIn } from '../../app/signed-in.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { DecodePanel } from './decode-panel.tsx';
import { GeneratePanel } from './generate-panel.tsx';
import { RevokePanel } from './revoke-panel.tsx';

/** Credentials by hand: made, read, and revoked. */
export function CredentialsPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/credentials' });
  const mayWrite = hasRole(useSignedIn(), accountId, 'operator');
  const keys = useKeys(accountId);
  const [chosen, setChosen] = useState<string>();
  return (
    <Page title="Credentials" lead="A back end makes them by the thousand; here you make, read and revoke one by hand.">
      <Loaded query={keys}>
        {(items) => {
          const keyUid = chosen ?? items[0]?.uid;
          return keyUid === undefined ? (
            <section className="panel">
              <EmptyState title="Credentials belong to a key">
                <Link to="/accounts/$accountId/keys/new" params={{ accountId }} className="button button-main">
                  Make the first key
                </Link>
              </EmptyState>
            </section>
          ) : (
            <>
              <div className="form">
                <SelectField
                  label="Key"
                  value={keyUid}
                  choices={items.map(({ uid, name }) => [uid, name === '' ? uid : name])}
                  onChange={(event) => setChosen(event.target.value)}
                />
              </div>
              <div className="columns" key={keyUid}>
                {mayWrite && <GeneratePanel accountId={accountId} keyUid={keyUid} />}
                <DecodePanel accountId={accountId} keyUid={keyUid} />
                {mayWrite && <RevokePanel accountId={accountId} keyUid={keyUid} />}
              </div>
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
