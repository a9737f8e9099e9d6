import { useParams } from '@tanstack/react-router';
import { useKey } from '../../api/keys.ts';
import { hasRole } from '../../api/session.ts';
import { useSignedIn } from '../../app/signed-in.tsx';
import { LimitsPanel } from '../../limits/limits-panel.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { LoadingLines } from '../../ui/loading-lines.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { TopTable } from '../../usage/top-table.tsx';
import { UsagePanel } from '../../usage/usage-panel.tsx';
import { CodeSamples } from './code-samples.tsx';
import { DeleteKey } from './delete-key.tsx';
import { DeniedPeers } from './denied-peers.tsx';
import { RenameKey } from './rename-key.tsx';
import { RollKey } from './roll-key.tsx';
import { SharedSecrets } from './shared-secrets.tsx';

/** All about one key. */
export function KeyPage() {
  const { accountId, keyUid } = useParams({ from: '/signed-in/accounts/$accountId/keys/$keyUid' });
  const mayWrite = hasRole(useSignedIn(), accountId, 'operator');
  const { data: key, error } = useKey(accountId, keyUid);
  if (key === undefined) {
    return <Page title="Key">{error === null ? <LoadingLines lines={8} /> : <ProblemNotice error={error} />}</Page>;
  }
  const own = { accountId, keyUid, mayWrite };
  const name = key.name === '' ? 'Unnamed key' : key.name;
  return (
    <Page
      title={name}
      lead={
        <>
          Made <Moment at={key.created} />
        </>
      }
      actions={
        mayWrite && (
          <>
            <RenameKey accountId={accountId} uid={keyUid} name={key.name} />
            <RollKey accountId={accountId} keyUid={keyUid} />
            <DeleteKey accountId={accountId} keyUid={keyUid} name={name} />
          </>
        )
      }
    >
      <div className="row">
        <code>{keyUid}</code>
        <CopyButton text={keyUid} name="Copy the identifier" />
      </div>
      <UsagePanel accountId={accountId} keyUid={keyUid} />
      <div className="columns">
        <TopTable
          title="Top custom identifiers"
          accountId={accountId}
          keyUid={keyUid}
          dimension="customIdentifier"
          render={(value) => (value === '' ? <span className="soft">none</span> : <bdi>{value}</bdi>)}
        />
        <TopTable
          title="Top usernames"
          accountId={accountId}
          keyUid={keyUid}
          dimension="username"
          render={(value) => <code title={value}>{value.length > 24 ? `${value.slice(0, 24)}…` : value}</code>}
        />
      </div>
      <LimitsPanel {...own} />
      <DeniedPeers accountId={accountId} keyUid={keyUid} />
      <SharedSecrets {...own} />
      <Panel
        title="Use it"
        lead="A credential is made on your back end, with the token that was shown when the key was made."
      >
        <CodeSamples keyUid={keyUid} />
      </Panel>
    </Page>
  );
}
