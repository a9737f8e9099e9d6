import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { fillPath, send } from './client.ts';
import type { Person, Role } from './session.ts';

export interface ListedPerson extends Person {
  readonly created_on: string;
  readonly last_seen_on?: string;
  readonly has_password: boolean;
  readonly passkeys: number;
}

export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly { readonly account_id: string; readonly role: Role }[];
}

const PEOPLE_KEY = ['people'] as const;

export function usePeople() {
  return useQuery({
    queryKey: PEOPLE_KEY,
    queryFn: async ({ signal }) =>
      ((await send('get', '/people', undefined, signal)) as { result: readonly ListedPerson[] }).result,
  });
}

/** Invites a person; resolves with a link that is good once. */
export function useInvitePerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (person: NewPerson) =>
      ((await send('post', '/people', person)) as { result: { readonly link: string } }).result,
    onSuccess: () => client.invalidateQueries({ queryKey: PEOPLE_KEY }),
  });
}

export function useChangeRoles() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, roles }: Pick<Person, 'id' | 'roles'>) =>
      send('put', fillPath('/people/{id}', { id }), { roles }),
    onSuccess: () => client.invalidateQueries({ queryKey: PEOPLE_KEY }),
  });
}

export function useDeletePerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => send('delete', fillPath('/people/{id}', { id })),
    onSuccess: () => client.invalidateQueries({ queryKey: PEOPLE_KEY }),
  });
}
