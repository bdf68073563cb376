/** Words in which people say that something does not apply, or that they do not have it. Precision before recall. */

/** "does not apply" in the languages of the vendors. */
const NOT_APPLICABLE =
  /\b(?:is|are|was|were|considered|therefore|thus|hence|status:?|be)\s+(?:not|non-?)[- ]?applicable\b|\b(?:does|do)(?: not|n't)\s+apply\b|\bN\/A\s+(?:is|per|as|because|since|due|for)\b|不适用|不適用|适用范围外|適用外|該当しない|該当なし|해당\s?없음|적용되지\s?않|ne s['’]applique pas|non applicable|no (?:es )?aplica(?:ble)?\b|não se aplica|não aplicável|nicht (?:zutreffend|anwendbar)|trifft nicht zu|non (?:è )?applicabile|не применим[оаы]?|không áp dụng/i;

/** Words that tie a sentence to a requirement; only sentences with one of them count, unless they speak of it as such. */
const TOPIC: Readonly<Record<string, RegExp>> = {
  cluster_autoscaling: /autoscal|auto-scal|自动(?:伸缩|扩缩)|オートスケー|오토스케일/i,
  pod_autoscaling: /horizontalpodautoscaler|\bhpa\b|pod autoscal/i,
  accelerator_metrics: /accelerator metrics|\bmetrics\b/i,
  gpu_sharing: /gpu sharing|accelerator sharing|sharing/i,
  virtualized_accelerator: /vgpu|virtuali[sz]ed/i,
  high_performance_networking: /high[- ]performance network|rdma|multi-nic/i,
};
const ITSELF =
  /\b(?:this|the)\s+(?:requirement|criterion|criteria|check|item|capability|test)\b|本要求|該要求|本要件|この要件/i;

const OPENS = /^(?:this\s+(?:is\s+)?not\s+applicable|not applicable|n\/a\b|不适用|不適用)/i;
const ALLOWANCE = /\bN\/A\s+(?:is|per|as|because|since|due)\b/i;

/**
 * The sentence in which a text says that the requirement does not apply. `short` texts of a conditional requirement need
 * no topic word when the phrase stands at their beginning.
 */
export function saysNotApplicable(text: string, requirement: string, conditional: boolean): string | undefined {
  const topic = Object.hasOwn(TOPIC, requirement) ? TOPIC[requirement] : undefined;
  for (const [index, sentence] of sentences(text).entries()) {
    const opens = index === 0 && conditional && OPENS.test(sentence);
    if (!opens && !NOT_APPLICABLE.test(sentence)) continue;
    const allowance = conditional && ALLOWANCE.test(sentence);
    // The subject stands in the clause of the verb; anything else of the sentence may be about something else.
    const clauses = sentence.split(/[,;:，、；：(]/);
    const about = clauses.some((clause) => NOT_APPLICABLE.test(clause) && (topic?.test(clause) || ITSELF.test(clause)));
    if (opens || allowance || about) return shorten(sentence);
  }
  return undefined;
}

const HAVE = '(?:provides?|ships?|includes?|bundles?|has|have|offers?|supports?|integrates?|deploys?|come with)';
const KIND = '(?:built-in\\s+|native\\s+)?(?:cluster[- ])?';
const NO_AUTOSCALER = new RegExp(
  `\\b(?:does|do)(?: not|n't)\\s+(?:currently\\s+)?${HAVE}\\s+(?:an?y?\\s+|the\\s+)?(?:[\\w-]+\\s+){0,3}?${KIND}autoscal|` +
    `\\b(?:there (?:is|are)|has|have|with|provides?|ships?|includes?)\\s+no\\s+${KIND}autoscal(?:er|ing)\\b|` +
    `\\bno\\s+${KIND}autoscaler\\s+(?:is|exists)\\b|\\bwithout an?\\s+${KIND}autoscaler\\b`,
  'i',
);
const BUT_WORKS =
  /autoscal\w*\s+(?:is|are)\s+(?:fully\s+)?(?:supported|available|possible)|integrates?\b|without modification|deploys? (?:onto|on)\b|fully supported|available (?:in|as|through)\b/i;

/** The sentence in which notes of cluster_autoscaling say that the platform has none; `butWorks`: and that one can be added. */
export function lacksAutoscaler(text: string): { readonly phrase: string; readonly butWorks: boolean } | undefined {
  const found = sentences(text).find((sentence) => NO_AUTOSCALER.test(sentence));
  return found === undefined ? undefined : { phrase: shorten(found), butWorks: BUT_WORKS.test(text) };
}

const NOT_SUPPORTED =
  /\b(?:does|do|did)(?: not|n't)\s+(?:yet\s+|currently\s+)?(?:provide|support|offer|include|implement|have|ship)\b|\b(?:is|are|was)(?: not|n't)\s+(?:yet\s+|currently\s+)?(?:supported|implemented|provided|offered|planned|available|claimed)\b|\bno (?:plans?|support)\b|\bnot (?:yet )?(?:supported|implemented|planned)\b|不支持|暂不支持|未対応|対応していません|지원하지 않/i;

/**
 * The sentence in which the notes of an N/A say "we do not have it". For a requirement whose condition is that the
 * platform has the component, that is the true reason and not meant here.
 */
export function saysNotSupported(notes: string, requirement: string): string | undefined {
  const condition = requirement === 'cluster_autoscaling' || requirement === 'pod_autoscaling';
  const found = sentences(notes).find((sentence) => {
    if (!NOT_SUPPORTED.test(sentence)) return false;
    return !(condition && TOPIC[requirement]?.test(sentence));
  });
  return found === undefined ? undefined : shorten(found);
}

const EMPTY_WORDS =
  /\b(?:not|non)[- ]?applicable\b|\bn\s*\/\s*a\b|\b(?:at (?:this|the) (?:time|moment)|currently|for now|yet|this|that|it|is|are|for|to|on|in|the|our|platform|product|requirement|distribution|version|we|us)\b|不适用|不適用|該当なし|적용 안됨/gi;

/** True when nothing is left of the notes of an N/A but words that say "not applicable to this product for now". */
export function withoutReason(notes: string): boolean {
  const rest = notes.replace(EMPTY_WORDS, ' ').match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  // One word may be left: the name of the product. A language without blanks has few "words" but long ones.
  return rest.length <= 1 && (rest[0]?.length ?? 0) < 15;
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?;])\s+|(?<=[。！？])|\n{2,}|\n(?=[#\-*|])/).map((sentence) => sentence.trim());
}

function shorten(sentence: string): string {
  const one = sentence.replace(/\s+/g, ' ');
  return one.length > 140 ? `${one.slice(0, 137)}...` : one;
}
