import { describe, expect, it } from 'vitest';
import { terminalJson, terminalLine, terminalText } from './terminal-text.ts';

const HOSTILE = 'a\u001b[2Jb\u0007c\u009b31md\u202ee\u2066f\u200bg\u2028h\u007fi\u{e0041}j';

describe('what goes to a terminal', () => {
  it('has nothing in it that a terminal obeys, and loses no letter', () => {
    const line = terminalLine(HOSTILE);
    expect(line).toBe('a\uFFFD[2Jb\uFFFDc\uFFFD31md\uFFFDe\uFFFDf\uFFFDg h\uFFFDi\uFFFDj');
    expect(terminalLine('naïve 日本 🚀')).toBe('naïve 日本 🚀');
  });

  it('breaks lines only where we do', () => {
    expect(terminalLine('first\r\nMUST all: pass\rover\tit')).toBe('first MUST all: pass over it');
    expect(terminalText('one\r\ntwo\u001b\nthree')).toBe('one\ntwo\uFFFD\nthree');
  });

  it('is still the same JSON', () => {
    const value = { [HOSTILE]: [HOSTILE, 'line\nbreak', 1] };
    const text = terminalJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(Array.from(text).filter((one) => one !== '\n' && /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(one))).toEqual([]);
  });
});
