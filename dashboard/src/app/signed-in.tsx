import { Outlet, useRouter } from '@tanstack/react-router';
import { createContext, use, useEffect } from 'react';
import { type Session, useSession } from '../api/session.ts';
import { LoadingLines } from '../ui/loading-lines.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { Shell } from './shell.tsx';

const SessionContext = createContext<Session | undefined>(undefined);

/** The pages of a person; whoever is nobody is led to the sign-in, and back. */
export function SignedIn() {
  const session = useSession();
  const router = useRouter();
  const isNobody = session.data === null;
  useEffect(() => {
    if (isNobody) {
      const { href } = router.state.location;
      void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { next: href }, replace: true });
    }
  }, [isNobody, router]);
  if (session.data === undefined || session.data === null) {
    return (
      <div className="gate">
        <main>{session.error === null ? <LoadingLines /> : <ProblemNotice error={session.error} />}</main>
      </div>
    );
  }
  return (
    <SessionContext value={session.data}>
      <Shell session={session.data}>
        <Outlet />
      </Shell>
    </SessionContext>
  );
}

/** The session of whoever sees the page. */
export function useSignedIn(): Session {
  const session = use(SessionContext);
  if (session === undefined) {
    throw new Error('a page that needs a person stands outside of SignedIn');
  }
  return session;
}
