import type { ComponentChildren, VNode } from 'preact';

/** What may be wider than the window scrolls by itself; for that it can be reached with the keyboard, and so it has a name. */
export function Wide({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys
    // biome-ignore lint/a11y/useSemanticElements: no fieldset, it has nothing to fill in
    <div class="wide" role="group" aria-label={name} tabIndex={0}>
      {children}
    </div>
  );
}
