/** The tables of people. */
export interface PeopleRows {
  people: PersonRow;
  person_sessions: PersonSessionRow;
  one_time_tokens: OneTimeTokenRow;
  passkeys: PasskeyRow;
}

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  password_hash: string | null;
  /** `PersonRole`s as JSON. */
  roles: string;
  created_at: number;
  last_seen_at: number | null;
}

export interface PersonSessionRow {
  id: string;
  person_id: string;
  token_hash: string;
  created_at: number;
  last_used_at: number;
  client_address: string;
  user_agent: string;
}

export interface OneTimeTokenRow {
  token_hash: string;
  /** Null for the set-up of the installation. */
  person_id: string | null;
  expires_at: number | null;
}

export interface PasskeyRow {
  id: string;
  person_id: string;
  name: string;
  public_key: string;
  counter: number;
  /** Their names, as a JSON array. */
  transports: string;
  created_at: number;
  last_used_at: number | null;
}
