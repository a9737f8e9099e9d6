import { ToggleGroup } from 'radix-ui';

interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  /** Value and text. */
  readonly choices: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
}

/** One of a few values, side by side. */
export function Segmented<Value extends string>({ label, value, choices, onChange }: SegmentedProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      className="tabs"
      aria-label={label}
      value={value}
      onValueChange={(next) => next !== '' && onChange(next as Value)}
    >
      {choices.map(([choice, text]) => (
        <ToggleGroup.Item key={choice} value={choice} className="tab">
          {text}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
