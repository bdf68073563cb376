import { scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import type { CaseReport } from '../../evidence/index.ts';
import type { BackendShare, BackendShares } from '../pictures/backend-shares.ts';
import { Axis, Drawing, LEFT, WIDTH } from './drawing.tsx';
import { ColumnHeads } from './figures-table.tsx';

const TOP = 26;
const HEAD = 26;
const ROW = 26;

/** Requests by backend for each setting of weights: what was counted, what the weights come to, and what is allowed for chance. */
export function BackendSharesPicture({ shown, one }: { shown: readonly BackendShares[]; one: CaseReport }): VNode {
  const most = Math.max(...shown.map(({ asked }) => asked));
  const x = scaleLinear([0, most], [LEFT, WIDTH - 60]);
  const tops = shown.map((_, index) =>
    shown.slice(0, index).reduce((sum, { shares }) => sum + HEAD + shares.length * ROW, TOP),
  );
  const height = shown.reduce((sum, { shares }) => sum + HEAD + shares.length * ROW, TOP) + 6;
  return (
    <figure>
      <Drawing name="Requests by backend" of={`Requests by backend in ${one.id}`} height={height}>
        <Axis ticks={x.ticks(5).map((requests) => ({ at: x(requests), label: requests }))} height={height} />
        {shown.map((setting, index) => (
          <Setting key={`${setting.setting} ${setting.seq}`} of={setting} x={x} y={tops[index] ?? TOP} />
        ))}
      </Drawing>
      <figcaption>
        Requests by backend: the bar was counted, the pale band is what {one.id.split('@')[0]} allows for chance, the
        dotted line is what the weights come to. From the clients' logs: {one.timeline},{' '}
        {shown.length === 1 ? 'line' : 'lines'} {shown.map(({ seq }) => seq).join(', ')}
      </figcaption>
      <SharesTable shown={shown} />
    </figure>
  );
}

function Setting({ of, x, y }: { of: BackendShares; x: (requests: number) => number; y: number }): VNode {
  return (
    <g>
      <text class="head" x={4} y={y + 17}>
        weights {of.setting}
      </text>
      <text class="axis" x={LEFT} y={y + 17}>
        {of.asked} requests{of.others === 0 ? '' : `, ${of.others} of them answered by none of these`}
      </text>
      {of.shares.map((share, index) => (
        <Row key={share.backend} share={share} x={x} y={y + HEAD + index * ROW} />
      ))}
    </g>
  );
}

function Row({ share, x, y }: { share: BackendShare; x: (requests: number) => number; y: number }): VNode {
  const { backend, weight, counted, expected, least, most } = share;
  return (
    <g>
      <title>{`${backend}: ${counted} counted, ${expected} expected, ${least} to ${most} allowed`}</title>
      <text class="name" x={24} y={y + 15}>
        {backend} (weight {weight})
      </text>
      <rect class="count" x={x(least)} y={y + 2} width={Math.max(2, x(most) - x(least))} height={ROW - 6} />
      <rect class="count count-2" x={x(0)} y={y + 7} width={Math.max(1, x(counted) - x(0))} height={ROW - 16} />
      <path class="queued" d={`M${x(expected)} ${y}V${y + ROW - 2}`} />
      <text x={Math.max(x(counted), x(most)) + 6} y={y + 15}>
        {counted}
      </text>
    </g>
  );
}

function SharesTable({ shown }: { shown: readonly BackendShares[] }): VNode {
  return (
    <table>
      <caption>Requests by backend and setting of weights</caption>
      <ColumnHeads names={['Weights', 'Backend', 'Counted', 'Expected', 'Allowed']} />
      <tbody>
        {shown.flatMap(({ setting, asked, seq, shares }) =>
          shares.map(({ backend, weight, counted, expected, least, most }) => (
            <tr key={`${seq} ${setting} ${backend}`}>
              <td>{setting}</td>
              <th scope="row">
                {backend} (weight {weight})
              </th>
              <td>
                {counted} of {asked}
              </td>
              <td>{Number.isInteger(expected) ? expected : expected.toFixed(1)}</td>
              <td>{least === most ? `exactly ${least}` : `${least} to ${most}`}</td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
