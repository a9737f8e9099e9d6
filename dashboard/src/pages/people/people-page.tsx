import { useState } from 'react';
import { type ListedPerson, useChangeRoles, useDeletePerson, usePeople } from '../../api/people.ts';
import type { Role } from '../../api/session.ts';
import { useSignedIn } from '../../app/signed-in.tsx';
import { ConfirmModal } from '../../ui/confirm-modal.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { InvitePerson } from './invite-person.tsx';
import { ROLE_CHOICES } from './role-choices.ts';

/** Who may sign in, and what they may do. */
export function PeoplePage() {
  const people = usePeople();
  const remove = useDeletePerson();
  const [doomed, setDoomed] = useState<ListedPerson>();
  return (
    <Page title="People" lead="Who may sign in here, and what they may do." actions={<InvitePerson />}>
      <section className="panel" aria-label="People">
        <Loaded query={people}>
          {(items) => (
            <div className="table-frame">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Role</th>
                    <th scope="col">Signs in with</th>
                    <th scope="col">Last seen</th>
                    <th scope="col">
                      <span className="visually-hidden">Delete</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((person) => (
                    <PersonRow key={person.id} person={person} onDelete={setDoomed} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Loaded>
      </section>
      <ConfirmModal
        title={`Delete ${doomed?.name ?? ''}?`}
        action="Delete the person"
        isOpen={doomed !== undefined}
        isBusy={remove.isPending}
        error={remove.error}
        onClose={() => {
          setDoomed(undefined);
          remove.reset();
        }}
        onConfirm={() => doomed !== undefined && remove.mutate(doomed.id, { onSuccess: () => setDoomed(undefined) })}
      >
        <p>They are signed out everywhere at once. What they did stays in the audit log.</p>
      </ConfirmModal>
    </Page>
  );
}

interface PersonRowProps {
  readonly person: ListedPerson;
  readonly onDelete: (person: ListedPerson) => void;
}

function PersonRow({ person, onDelete }: PersonRowProps) {
  const me = useSignedIn().person;
  const changeRoles = useChangeRoles();
  const everywhere = person.roles.length === 1 ? person.roles[0] : undefined;
  const passkeys =
    person.passkeys === 0 ? [] : [`${person.passkeys} ${person.passkeys === 1 ? 'passkey' : 'passkeys'}`];
  const ways = [...(person.has_password ? ['password'] : []), ...passkeys];
  return (
    <tr>
      <td>
        <bdi>{person.name}</bdi> {person.id === me.id && <span className="badge">you</span>}
        <div className="small soft">
          <bdi>{person.email}</bdi>
        </div>
      </td>
      <td>
        {everywhere?.account_id === '*' ? (
          <SelectField
            label={`Role of ${person.name}`}
            isLabelHidden
            choices={ROLE_CHOICES}
            value={everywhere.role}
            disabled={changeRoles.isPending}
            onChange={({ target }) =>
              changeRoles.mutate({ id: person.id, roles: [{ account_id: '*', role: target.value as Role }] })
            }
          />
        ) : (
          person.roles.map(({ account_id: accountId, role }) => (
            <div key={accountId}>
              {role} of <bdi>{accountId}</bdi>
            </div>
          ))
        )}
        <ProblemNotice error={changeRoles.error} />
      </td>
      <td>{ways.length === 0 ? <span className="soft">invited, not yet here</span> : ways.join(', ')}</td>
      <td>
        <Moment at={person.last_seen_on} />
      </td>
      <td className="number">
        <button type="button" className="button button-small button-danger" onClick={() => onDelete(person)}>
          Delete
        </button>
      </td>
    </tr>
  );
}
