import { type FormEvent, useState } from 'react';
import { useRollKey } from '../../api/keys.ts';
import { Modal } from '../../ui/modal.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { SelectField } from '../../ui/select-field.tsx';

const OVERLAPS = [
  ['0', 'At once'],
  ['3600', 'In an hour'],
  ['86400', 'In a day'],
  ['604800', 'In a week'],
] as const;

/** Gives a key a new token, and lets the old one be good for as long as the back ends need to change over. */
export function RollKey({ accountId, keyUid }: { readonly accountId: string; readonly keyUid: string }) {
  const [isOpen, setOpen] = useState(false);
  const [overlap, setOverlap] = useState('86400');
  const roll = useRollKey(accountId, keyUid);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    roll.mutate(Number(overlap));
  };
  const close = (): void => {
    setOpen(false);
    roll.reset();
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Roll the token
      </button>
      <Modal title="Roll the token" isOpen={isOpen} onClose={close}>
        {roll.data === undefined ? (
          <form className="stack" onSubmit={submit}>
            <p>The key has a new token. Credentials that were made with the old one stay good until they expire.</p>
            <SelectField
              label="The old token ends"
              choices={OVERLAPS}
              value={overlap}
              onChange={(event) => setOverlap(event.target.value)}
            />
            <ProblemNotice error={roll.error} />
            <div className="row">
              <button type="submit" className="button button-main" disabled={roll.isPending}>
                Roll
              </button>
              <button type="button" className="button" onClick={close}>
                Cancel
              </button>
            </div>
          </form>
        ) : (
          <div className="stack">
            <SecretOnce name="The new token." secret={roll.data.key} />
            <p className="soft">
              The old one ends on <Moment at={roll.data.previous_key_expires_on} />.
            </p>
            <div>
              <button type="button" className="button" onClick={close}>
                Done
              </button>
            </div>
          </div>
        )}
      </Modal>
    </>
  );
}
