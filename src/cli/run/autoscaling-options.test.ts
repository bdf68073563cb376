import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type AutoscalingFlags, addAutoscalingOptions, autoscalingOptions } from './autoscaling-options.ts';

function given(...words: string[]): ReturnType<typeof autoscalingOptions> {
  const command = addAutoscalingOptions(new Command()).exitOverride();
  command.parse(words, { from: 'user' });
  return autoscalingOptions(command.opts<AutoscalingFlags>());
}

describe('options of cluster autoscaling', () => {
  it('say nothing when nothing is said', () => {
    expect(given()).toEqual({ none: false, pools: [] });
  });

  it('take a statement, pools with and without what they have, and times', () => {
    expect(given('--no-autoscaler')).toEqual({ none: true, pools: [] });
    expect(
      given(
        '--autoscaled-pool',
        'agentpool=gpu:nvidia.com/gpu',
        'a.b/c=d',
        '--scale-up-within',
        '45m',
        '--scale-down-within',
        '1h',
      ),
    ).toEqual({
      none: false,
      pools: [
        { key: 'agentpool', value: 'gpu', accelerator: 'nvidia.com/gpu' },
        { key: 'a.b/c', value: 'd' },
      ],
      upWithin: 2_700_000,
      downWithin: 3_600_000,
    });
  });

  it.each(['gpu', '=x', 'a=', 'a=b=c', 'a=b:'])('refuses the pool "%s"', (text) => {
    expect(() => given('--autoscaled-pool', text)).toThrow(`--autoscaled-pool cannot be "${text}"`);
  });

  it('refuses a time without unit', () => {
    expect(() => given('--scale-up-within', '45')).toThrow('not a duration');
  });
});
