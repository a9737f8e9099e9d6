import { useMutation } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { writeReadyQueries } from './ready-queries.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;

/** Usage in GraphQL: a query, ready-made ones to begin with, and the answer as it came. */
export function AnalyticsPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/analytics' });
  const [ready] = useState(() => {
    const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
    return writeReadyQueries(accountId, dateOf(Date.now() - DAYS * DAY_MS), dateOf(Date.now()));
  });
  const [query, setQuery] = useState(ready[0]?.query ?? '');
  const ask = useMutation({ mutationFn: () => send('post', '/graphql', { query }) });
  const answer = ask.data === undefined ? undefined : JSON.stringify(ask.data, null, 2);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Page
      title="Analytics"
      lead="Usage, exact and to the minute, in GraphQL. A program asks the same with an API token."
    >
      <section className="panel" aria-label="Query">
        <div className="row">
          {ready.map((one) => (
            <button key={one.name} type="button" className="button button-small" onClick={() => setQuery(one.query)}>
              {one.name}
            </button>
          ))}
        </div>
        <form className="stack" onSubmit={submit}>
          <div className="field">
            <label htmlFor="query">Query</label>
            <textarea
              id="query"
              className="input"
              rows={16}
              spellCheck={false}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
          </div>
          <div>
            <button type="submit" className="button button-main" disabled={ask.isPending}>
              Ask
            </button>
          </div>
        </form>
        <ProblemNotice error={ask.error} />
        {answer !== undefined && (
          <>
            <div className="row row-spread">
              <h2>Answer</h2>
              <CopyButton text={answer} />
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the screen is scrolled by keys. */}
            <pre className="code-block" tabIndex={0}>
              <code>{answer}</code>
            </pre>
          </>
        )}
      </section>
    </Page>
  );
}
