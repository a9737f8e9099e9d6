import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useKeys } from '../../api/keys.ts';
import { formatBitRate } from '../../text/format-bit-rate.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { judgePaths, type TestedPath } from './judge-paths.ts';
import { namePath } from './list-paths.ts';
import { useConnectionTest } from './use-connection-test.ts';

/** Tries every path to the relay from the browser that shows the page. */
export function ConnectionTestPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/connection-test' });
  const keys = useKeys(accountId);
  const [chosen, setChosen] = useState<string>();
  const test = useConnectionTest(accountId);
  const verdict = judgePaths(test.tested);
  return (
    <Page
      title="Test your connection"
      lead="This browser tries every path to the relay, with a credential that is good for five minutes."
    >
      <section className="panel" aria-label="Test">
        <Loaded query={keys}>
          {(items) => {
            const keyUid = chosen ?? items[0]?.uid;
            return keyUid === undefined ? (
              <EmptyState title="The test needs a key">
                <Link to="/accounts/$accountId/keys/new" params={{ accountId }} className="button button-main">
                  Make the first key
                </Link>
              </EmptyState>
            ) : (
              <div className="row row-end">
                <SelectField
                  label="Key"
                  value={keyUid}
                  choices={items.map(({ uid, name }) => [uid, name === '' ? uid : name])}
                  onChange={(event) => setChosen(event.target.value)}
                />
                {test.isRunning ? (
                  <button type="button" className="button" onClick={test.stop}>
                    Stop
                  </button>
                ) : (
                  <button type="button" className="button button-main" onClick={() => test.start(keyUid)}>
                    Start
                  </button>
                )}
              </div>
            );
          }}
        </Loaded>
        <ProblemNotice error={test.error} />
        <div role="status">
          {verdict !== undefined && (
            <div className="notice notice-good">
              <p data-testid="verdict">{verdict}</p>
            </div>
          )}
        </div>
        {test.tested.length > 0 && <Results tested={test.tested} isRunning={test.isRunning} />}
      </section>
    </Page>
  );
}

function Results({ tested, isRunning }: { readonly tested: readonly TestedPath[]; readonly isRunning: boolean }) {
  const next = isRunning ? tested.findIndex(({ result }) => result === undefined) : -1;
  return (
    <div className="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">Path</th>
            <th scope="col">Result</th>
            <th scope="col" className="number">
              Answer after
            </th>
            <th scope="col" className="number">
              Round trip
            </th>
            <th scope="col" className="number">
              Throughput
            </th>
          </tr>
        </thead>
        <tbody>
          {tested.map(({ path, result }, i) => (
            <tr key={path.url}>
              <td>
                {namePath(path)}
                <div className="small soft">
                  <code>{path.url}</code>
                </div>
              </td>
              <td>
                {result === undefined ? (
                  <span className="soft">{i === next ? 'being tried…' : 'waiting'}</span>
                ) : result.isOk ? (
                  <span className="badge badge-good">works</span>
                ) : (
                  <>
                    <span className="badge badge-danger">does not work</span>
                    <div className="small soft">{result.failure}</div>
                  </>
                )}
              </td>
              <td className="number">{formatMs(result?.gatherMs)}</td>
              <td className="number">{formatMs(result?.roundTripMs)}</td>
              <td className="number">
                {result?.bitsPerSecond === undefined ? '–' : formatBitRate(result.bitsPerSecond)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function formatMs(ms: number | undefined): string {
  return ms === undefined ? '–' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
