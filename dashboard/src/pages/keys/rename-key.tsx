import { type FormEvent, useState } from 'react';
import { useRenameKey } from '../../api/keys.ts';
import { Field } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

interface RenameKeyProps {
  readonly accountId: string;
  readonly uid: string;
  readonly name: string;
}

/** Gives a key another name. */
export function RenameKey({ accountId, uid, name }: RenameKeyProps) {
  const [text, setText] = useState<string>();
  const rename = useRenameKey(accountId, uid);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    rename.mutate(text ?? '', { onSuccess: () => setText(undefined) });
  };
  return (
    <>
      <button type="button" className="button" onClick={() => setText(name)}>
        Rename
      </button>
      <Modal title="Rename the key" isOpen={text !== undefined} onClose={() => setText(undefined)}>
        <form className="stack" onSubmit={submit}>
          <Field label="Name" maxLength={200} value={text ?? ''} onChange={(event) => setText(event.target.value)} />
          <ProblemNotice error={rename.error} />
          <div className="row">
            <button type="submit" className="button button-main" disabled={rename.isPending}>
              Rename
            </button>
            <button type="button" className="button" onClick={() => setText(undefined)}>
              Cancel
            </button>
          </div>
        </form>
      </Modal>
    </>
  );
}
