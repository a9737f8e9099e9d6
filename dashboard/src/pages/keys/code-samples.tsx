import { Tabs } from 'radix-ui';
import { CopyButton } from '../../ui/copy-button.tsx';
import { writeSamples } from './write-samples.ts';

/** Code that makes a credential, filled in with where this service is and which key it is for. */
export function CodeSamples({ keyUid }: { readonly keyUid: string }) {
  const samples = writeSamples(location.origin, keyUid);
  return (
    <Tabs.Root defaultValue="curl" className="stack">
      <Tabs.List className="tabs" aria-label="Language">
        {samples.map(({ id, name }) => (
          <Tabs.Trigger key={id} value={id} className="tab">
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {samples.map(({ id, note, code }) => (
        <Tabs.Content key={id} value={id} className="stack">
          <div className="row row-spread">
            <p className="soft small">{note}</p>
            <CopyButton text={code} name="Copy the code" />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: code that is wider than the screen is scrolled by keys. */}
          <pre className="code-block" tabIndex={0}>
            <code>{code}</code>
          </pre>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
