import { LATENCY_BOUNDS, METRICS, RUN_LABEL_NAME } from './metric-names.ts';

/** The volume that the service writes to: its programs, a line for each request, and what was set. */
export const DIRECTORY = '/metered';
export const PORT = 8080;
export const PATHS = {
  completions: '/cgi-bin/v1/completions',
  metrics: '/cgi-bin/metrics',
  set: '/cgi-bin/set',
  health: '/health',
} as const;

/**
 * The service as busybox' httpd with three small programs. Docker Hub's and Debian's busybox both have httpd with CGI; neither
 * tcpsvd nor a way for httpd to run programs outside /cgi-bin is in both, hence the paths.
 * `run` may hold letters, digits and `-` only; it becomes a label's value.
 */
export function serviceScript(run: string, queueDepth: number): string {
  if (!/^[a-zA-Z0-9-]+$/.test(run)) throw new Error(`"${run}" does not fit into a script and a label`);
  return `
set -e
mkdir -p ${DIRECTORY}/cgi-bin/v1
cd ${DIRECTORY}
: > requests
echo ${queueDepth} > queue-depth
echo ok > health
${program('cgi-bin/v1/completions', COMPLETIONS)}
${program('cgi-bin/metrics', metricsProgram(run))}
${program('cgi-bin/set', SET)}
trap 'exit 0' TERM
httpd -f -p ${PORT} -h ${DIRECTORY} &
wait $!
`;
}

function program(path: string, text: string): string {
  return `cat > ${path} <<'END-OF-PROGRAM'\n#!/bin/sh\n${text}\nEND-OF-PROGRAM\nchmod +x ${path}`;
}

/**
 * Answers with the body in \`$body\`. The length is told, so that half an answer is not taken for a whole one; and that the connection ends,
 * which httpd does and leaves unsaid: a proxy would send the next request into it.
 */
const ANSWER = `answer() {
  printf 'Status: %s\\r\\nConnection: close\\r\\nContent-Type: %s\\r\\nContent-Length: %d\\r\\n\\r\\n%s\\n' "$1" "$2" $((\${#body} + 1)) "$body"
}`;

/**
 * POST with the JSON of an OpenAI completion: \`max_tokens\` tokens (default 16, at most 90), each of which takes 10 ms. Counted before it
 * is answered, by one appended line (hundredths of a second, tokens of the prompt, tokens generated): appending is atomic, so requests
 * that come together are all counted.
 */
const COMPLETIONS = `${ANSWER}
now() { read -r up rest < /proc/uptime; at=$(( \${up%.*} * 100 + 1\${up#*.} - 100 )); }
now; begun=$at
asked=$(head -c "\${CONTENT_LENGTH:-0}")
tokens=$(printf '%s' "$asked" | sed -n 's/.*"max_tokens": *\\([0-9]\\{1,2\\}\\).*/\\1/p')
tokens=\${tokens:-16}
[ "$tokens" -le 90 ] || tokens=90
prompt=$(printf '%s' "$asked" | sed -n 's/.*"prompt": *"\\([^"]*\\)".*/\\1/p' | wc -w)
prompt=$((prompt))
sleep "$(printf '0.%02d' "$tokens")"
now
echo "$((at - begun)) $prompt $tokens" >> ${DIRECTORY}/requests
body="{\\"id\\":\\"cmpl-$at\\",\\"object\\":\\"text_completion\\",\\"created\\":$(date +%s),\\"model\\":\\"plimsoll-metered\\",\\"choices\\":[{\\"index\\":0,\\"text\\":\\"afloat\\",\\"finish_reason\\":\\"length\\"}],\\"usage\\":{\\"prompt_tokens\\":$prompt,\\"completion_tokens\\":$tokens,\\"total_tokens\\":$((prompt + tokens))}}"
answer '200 OK' application/json`;

/** \`?queue_depth=N\` sets the gauge, \`?metrics=off\` makes /metrics answer 404, \`?metrics=on\` makes it serve again. */
const SET = `${ANSWER}
cd ${DIRECTORY}
for pair in $(echo "$QUERY_STRING" | tr '&' ' '); do
  value=\${pair#*=}
  case $pair in
    queue_depth=*[!0-9]*|queue_depth=) body='queue_depth is a whole number'; answer '400 Bad Request' text/plain; exit ;;
    queue_depth=*) new=$(mktemp queue-depth.XXXXXX) && echo "$value" > "$new" && mv "$new" queue-depth ;;
    metrics=off) : > metrics-off ;;
    metrics=on) rm -f metrics-off ;;
    *) body="unknown: $pair"; answer '400 Bad Request' text/plain; exit ;;
  esac
done
on=on; [ -e metrics-off ] && on=off
body="{\\"queue_depth\\":$(cat queue-depth),\\"metrics\\":\\"$on\\"}"
answer '200 OK' application/json`;

function metricsProgram(run: string): string {
  const labels = `${RUN_LABEL_NAME}="${run}"`;
  const { requests, latency, promptTokens, generatedTokens, queueDepth } = METRICS;
  const bounds = LATENCY_BOUNDS.map((bound, index) => `le[${index + 1}] = ${bound};`).join(' ');
  const one = (name: string, type: string, help: string, value: string): string =>
    `print "# HELP ${name} ${help}"; print "# TYPE ${name} ${type}"; print "${name}{" labels "} " ${value}`;
  return `${ANSWER}
cd ${DIRECTORY}
if [ -e metrics-off ]; then body='switched off'; answer '404 Not Found' text/plain; exit; fi
body=$(awk -v labels='${labels}' -v depth="$(cat queue-depth)" '
BEGIN { ${bounds} }
{ n++; hundredths += $1; prompt += $2; generated += $3; for (i in le) if ($1 <= le[i] * 100) bucket[i]++ }
END {
  ${one(requests, 'counter', 'Completions that were answered.', 'n + 0')}
  print "# HELP ${latency} Time from the arrival of a request to its answer."
  print "# TYPE ${latency} histogram"
  for (i = 1; i <= ${LATENCY_BOUNDS.length}; i++) print "${latency}_bucket{" labels ",le=\\"" le[i] "\\"} " bucket[i] + 0
  print "${latency}_bucket{" labels ",le=\\"+Inf\\"} " n + 0
  printf "${latency}_sum{%s} %.2f\\n", labels, hundredths / 100
  print "${latency}_count{" labels "} " n + 0
  ${one(promptTokens, 'counter', 'Tokens of the prompts of answered requests.', 'prompt + 0')}
  ${one(generatedTokens, 'counter', 'Tokens generated for answered requests.', 'generated + 0')}
  ${one(queueDepth, 'gauge', 'Requests that wait for a free slot.', 'depth + 0')}
}' requests)
answer '200 OK' 'text/plain; version=0.0.4; charset=utf-8'`;
}
