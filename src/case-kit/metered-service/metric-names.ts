/** What each pod of the metered service counts. Names as inference servers have them, under a prefix of their own. */
export const METRICS = {
  requests: 'plimsoll_request_success_total',
  latency: 'plimsoll_e2e_request_latency_seconds',
  promptTokens: 'plimsoll_prompt_tokens_total',
  generatedTokens: 'plimsoll_generation_tokens_total',
  queueDepth: 'plimsoll_queue_depth',
} as const;

/** The label that every series of the service carries; its value is the name given as `run`. */
export const RUN_LABEL_NAME = 'run';

/** Upper bounds of the latency histogram, seconds. A token takes 10 ms, and latency is measured in steps of 10 ms. */
export const LATENCY_BOUNDS = [0.05, 0.1, 0.25, 0.5, 1] as const;
