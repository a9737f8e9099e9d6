import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { callApi, type ResultOf } from '../../api/client.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';

const SETTINGS = '/client/v4/settings';
const CHOICES = [
  ['set', 'Set here'],
  ['all', 'All'],
] as const;

type Setting = ResultOf<typeof SETTINGS, 'get'>[number];

/** What the service was configured to do, and where each value came from. */
export function SettingsPage() {
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: async ({ signal }) => (await callApi('get', SETTINGS, { signal })).result,
  });
  const [which, setWhich] = useState<'set' | 'all'>('all');
  return (
    <Page
      title="Settings"
      lead="They are read when the service starts, from its file, its environment and its flags: change them there."
      actions={<Segmented label="Which settings" value={which} choices={CHOICES} onChange={setWhich} />}
    >
      <section className="panel" aria-label="Settings">
        <Loaded query={settings} lines={10}>
          {(items) => (
            <div className="table-frame">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Setting</th>
                    <th scope="col">Value</th>
                    <th scope="col">From</th>
                  </tr>
                </thead>
                <tbody>
                  {items
                    .filter(({ source }) => which === 'all' || source !== 'default')
                    .map((setting) => (
                      <SettingRow key={setting.name} setting={setting} />
                    ))}
                </tbody>
              </table>
            </div>
          )}
        </Loaded>
      </section>
    </Page>
  );
}

function SettingRow({ setting }: { readonly setting: Setting }) {
  const { name, value, secret, source, origin, description, variable } = setting;
  return (
    <tr>
      <td>
        <code>{name}</code>
        <div className="small soft prose">{description}</div>
      </td>
      <td>
        {secret ? <span className="badge">{value}</span> : <code className="value">{value ?? setting.default}</code>}
      </td>
      <td>
        {source === 'default' ? <span className="soft">default</span> : source}
        <div className="small soft">
          <code>{origin ?? variable}</code>
        </div>
      </td>
    </tr>
  );
}
