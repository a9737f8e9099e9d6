import { type FormEvent, type ReactNode, useState } from 'react';
import { Field } from './field.tsx';
import { Modal } from './modal.tsx';
import { ProblemNotice } from './problem-notice.tsx';

interface ConfirmModalProps {
  readonly title: string;
  /** What the button does: `Delete the key`. */
  readonly action: string;
  /** What has to be typed, where what follows cannot be undone. */
  readonly typed?: string;
  readonly isOpen: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks before something that cannot be undone, and says what it does. */
export function ConfirmModal(props: ConfirmModalProps) {
  const { title, action, typed, isOpen, isBusy, error, onConfirm, onClose, children } = props;
  const [text, setText] = useState('');
  const mayConfirm = !isBusy && (typed === undefined || text === typed);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (mayConfirm) {
      onConfirm();
    }
  };
  const close = (): void => {
    setText('');
    onClose();
  };
  return (
    <Modal title={title} isOpen={isOpen} onClose={close}>
      <form className="stack" onSubmit={submit}>
        {children}
        {typed !== undefined && (
          <Field
            label={`Type “${typed}” to confirm`}
            value={text}
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <ProblemNotice error={error} />
        <div className="row">
          <button type="submit" className="button button-main button-danger" disabled={!mayConfirm}>
            {action}
          </button>
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </Modal>
  );
}
