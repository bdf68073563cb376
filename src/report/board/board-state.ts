import type { RunEvent } from '../../evidence/index.ts';

type EventOf<K extends RunEvent['event']> = Extract<RunEvent, { event: K }>;

/** A case that runs now. Times are milliseconds since the run began. */
export interface LiveCase {
  readonly id: string;
  readonly startedAt: number;
  readonly stage?: { readonly name: EventOf<'stage'>['stage']; readonly since: number; readonly budget: number };
  /** The wait that it is in, with the last reason for which it is not over. */
  readonly waiting?: Pick<EventOf<'waiting'>, 'for' | 'reason' | 'within' | 'since'>;
}

/** What the board shows, folded from a run's events. */
export interface BoardState {
  readonly total: number;
  readonly ended: number;
  /** In the order in which they began. */
  readonly live: ReadonlyMap<string, LiveCase>;
  /** Cases that wait for tokens that others hold; with no tokens, for their time to begin. */
  readonly queued: ReadonlyMap<string, readonly string[]>;
}

export const EMPTY_BOARD: BoardState = { total: 0, ended: 0, live: new Map(), queued: new Map() };

/** The board after one more event. Pure. */
export function boardAfter(state: BoardState, event: RunEvent): BoardState {
  switch (event.event) {
    case 'run-started':
      return { ...EMPTY_BOARD, total: event.cases.length };
    case 'case-queued':
      return { ...state, queued: new Map(state.queued).set(event.case, event.tokens) };
    case 'case-started':
      return {
        ...state,
        queued: without(state.queued, event.case),
        live: new Map(state.live).set(event.case, { id: event.case, startedAt: event.t }),
      };
    case 'stage': {
      const { waiting: _, ...one } = liveCase(state, event);
      return withLive(state, { ...one, stage: { name: event.stage, since: event.t, budget: event.budget } });
    }
    case 'waiting': {
      const { reason, within, since } = event;
      return withLive(state, { ...liveCase(state, event), waiting: { for: event.for, reason, within, since } });
    }
    case 'wait-ended': {
      const { waiting: _, ...one } = liveCase(state, event);
      return withLive(state, one);
    }
    case 'case-ended':
      return {
        ...state,
        ended: state.ended + 1,
        queued: without(state.queued, event.case),
        live: without(state.live, event.case),
      };
    case 'mark':
    case 'verdict':
    case 'leftover':
    case 'warning':
    case 'interrupted':
    case 'run-ended':
      return state;
  }
}

function liveCase(state: BoardState, event: { case: string; t: number }): LiveCase {
  return state.live.get(event.case) ?? { id: event.case, startedAt: event.t };
}

function withLive(state: BoardState, one: LiveCase): BoardState {
  return { ...state, live: new Map(state.live).set(one.id, one) };
}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  return new Map([...map].filter(([one]) => one !== key));
}
