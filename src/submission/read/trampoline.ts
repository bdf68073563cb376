/** A recursive computation written as a generator: `yield` a call to get its result. Depth costs heap, not call stack. */
export type Call<T> = Generator<Call<T>, T, T>;

/** Runs a computation and all that it calls. */
export function run<T>(call: Call<T>): T {
  const stack: Call<T>[] = [call];
  let step = call.next();
  for (;;) {
    if (step.done) {
      stack.pop();
      const caller = stack.at(-1);
      if (!caller) return step.value;
      step = caller.next(step.value);
    } else {
      stack.push(step.value);
      step = step.value.next();
    }
  }
}
