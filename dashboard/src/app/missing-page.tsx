import { Link } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';

/** For an address that leads to nothing. */
export function MissingPage() {
  return (
    <Page title="There is no such page" lead="The address may be misspelt, or what it was about may be gone.">
      <div>
        <Link to="/" className="button">
          Go to the overview
        </Link>
      </div>
    </Page>
  );
}
