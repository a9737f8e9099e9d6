import type { ReactNode } from 'react';

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note?: ReactNode;
}

/** One number with its name; its unit, the last word, is set small. */
export function Figure({ name, value, note }: FigureProps) {
  const space = value.lastIndexOf(' ');
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>
        {space < 0 ? value : value.slice(0, space)}
        {space >= 0 && <small>{value.slice(space)}</small>}
      </dd>
      {note !== undefined && <dd className="figure-note">{note}</dd>}
    </div>
  );
}
