import type { ComponentChildren, VNode } from 'preact';
import { Wide } from './wide.tsx';

/** The figures of a picture as a table, folded up. `name` is that of the table where it scrolls; children are the rows. */
export function FiguresTable({
  summary,
  name,
  heads,
  class: fold,
  children,
}: {
  summary: string;
  name: string;
  heads: readonly string[];
  class?: string;
  children: ComponentChildren;
}): VNode {
  return (
    <details class={fold}>
      <summary>{summary}</summary>
      <Wide name={name}>
        <table>
          <ColumnHeads names={heads} />
          <tbody>{children}</tbody>
        </table>
      </Wide>
    </details>
  );
}

/** The first row of a table: what each column is about. */
export function ColumnHeads({ names }: { names: readonly string[] }): VNode {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
