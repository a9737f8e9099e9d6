import { Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useIsReachable } from './is-reachable.ts';
import { queryClient } from './query-client.ts';

/** What stands around every page: the way past the navigation, and word of a lost connection. */
export function Root() {
  const isReachable = useIsReachable();
  useEffect(() => {
    if (isReachable) {
      void queryClient.invalidateQueries();
    }
  }, [isReachable]);
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <div role="status">
        {!isReachable && (
          <div className="banner">
            The connection to the service is lost. What you see is from before; the page goes on by itself when it is
            back.
          </div>
        )}
      </div>
      <Outlet />
    </>
  );
}
