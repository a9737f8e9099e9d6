import { Field } from '../../ui/field.tsx';

export const PASSWORD_CHARACTERS_MIN = 12;

interface NewPasswordFieldProps {
  readonly label?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A password that is chosen, with what is asked of it. */
export function NewPasswordField({ label = 'Password', value, onChange }: NewPasswordFieldProps) {
  return (
    <Field
      label={label}
      type="password"
      required
      minLength={PASSWORD_CHARACTERS_MIN}
      autoComplete="new-password"
      hint={`At least ${PASSWORD_CHARACTERS_MIN} characters. A few words in a row are easier to remember than signs.`}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
