import { CopyButton } from './copy-button.tsx';

/** A secret that is shown this one time. */
export function SecretOnce({ name, secret }: { readonly name: string; readonly secret: string }) {
  return (
    <div className="stack">
      <p>
        <strong>{name}</strong>{' '}
        <span className="soft">It is shown only now: keep it where your back end finds it.</span>
      </p>
      <div className="secret">
        <code data-testid="secret">{secret}</code>
        <CopyButton text={secret} />
      </div>
    </div>
  );
}
