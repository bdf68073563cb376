import type { VNode } from 'preact';
import type { CaseReport } from '../../evidence/index.ts';
import type { DeviceMatrix, MatrixCell } from '../pictures/device-matrix.ts';
import { Wide } from './wide.tsx';

const CELLS: Record<MatrixCell['state'], { sign: string; word: string }> = {
  opened: { sign: '●', word: 'opened' },
  'made-and-opened': { sign: '●', word: 'opened through a node made by hand' },
  refused: { sign: '✕', word: 'refused' },
  absent: { sign: '·', word: 'not there' },
};

/** Which container reached which device. It is a picture in the form of a table. */
export function DeviceMatrixTable({ matrix, one }: { matrix: DeviceMatrix; one: CaseReport }): VNode {
  return (
    <figure>
      <Wide name="Devices by containers">
        <table class="matrix">
          <caption>Devices by containers, as the probe in each container found them</caption>
          <thead>
            <tr>
              <th scope="col">Device</th>
              {matrix.columns.map((column) => (
                <th key={column.seq} scope="col">
                  {column.pod === column.container ? column.pod : `${column.pod} / ${column.container}`}
                  <span class="asks">asks for {column.asks}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map((row) => (
              <tr key={row.number}>
                <th scope="row">
                  <code>{row.number}</code>
                  {row.paths.map((path) => (
                    <span key={path} class="asks">
                      {path}
                    </span>
                  ))}
                </th>
                {row.cells.map((cell, index) => {
                  const column = matrix.columns[index];
                  const foreign = column?.asksNothing === true && CELLS[cell.state].sign === '●';
                  return (
                    <td key={`${row.number} ${column?.seq}`} class={`cell c-${cell.state}${foreign ? ' foreign' : ''}`}>
                      <span aria-hidden="true">{CELLS[cell.state].sign}</span> {CELLS[cell.state].word}
                      {foreign ? ', asked for nothing' : ''}
                      {cell.state === 'refused' ? <span class="asks">{cell.words}</span> : null}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      <figcaption>
        From the containers' logs: {one.timeline}, {matrix.columns.length === 1 ? 'line' : 'lines'}{' '}
        {matrix.columns.map((column) => column.seq).join(', ')}
      </figcaption>
    </figure>
  );
}
