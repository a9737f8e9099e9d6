import { Page } from '../ui/page.tsx';

/** For a page that could not be shown, by a fault of its own or since its code did not arrive. */
export function FailedPage({ error }: { readonly error: unknown }) {
  return (
    <Page title="This page could not be shown" lead={error instanceof Error ? error.message : String(error)}>
      <div>
        <button type="button" className="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </div>
    </Page>
  );
}
