import { describe, expect, it } from '@jest/globals';
import { createLineRedactor } from '../../src/secrets/redact-lines.ts';
import { createRedactor } from '../../src/secrets/redact.ts';

const key = [
  '-----BEGIN OPENSSH ',
  'PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nabc\n-----END OPENSSH ',
  'PRIVATE KEY-----',
].join('');

/** Every line of a stream, in the order in which they come out. */
function redacted(secrets: string[], lines: string[], limit = 4_000): string[] {
  const redactor = createLineRedactor<undefined>(createRedactor(secrets), limit);
  const given = lines.flatMap((line) => redactor.add(line, undefined));
  return [...given, ...redactor.end()].map(({ text }) => text);
}

describe('lines of a stream', () => {
  const [begin = '', ...rest] = key.split('\n');

  it('are hidden from the first to the last of a private key', () => {
    const lines = ['cat key.pem', `| ${begin}`, ...rest, 'as hunter2', 'done'];
    expect(redacted(['hunter2'], lines)).toEqual([
      'cat key.pem',
      '| [redacted]',
      ...rest.map(() => '[redacted]'),
      'as [redacted]',
      'done',
    ]);
  });

  it('go on after a key that is whole in one line', () => {
    expect(redacted([], [key.replaceAll('\n', ' '), 'next'])).toEqual(['[redacted]', 'next']);
  });

  it('come back when a key has no end', () => {
    const lines = redacted([], [begin, ...Array.from({ length: 300 }, (_, at) => `line ${at}`)]);
    expect(lines.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => '[redacted]'));
    expect(lines.at(-1)).toBe('line 299');
  });
});

describe('a secret over several lines', () => {
  const secret = 'hunter22 & Sons/2026';

  it.each([
    ['as it is', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['in base64', btoa(secret).replace(/=+$/, '')],
    ['in base64 with a name', btoa(`ada:${secret}`).slice(6)],
  ])('is hidden wherever it is cut: %s', (_, text) => {
    for (let cut = 1; cut < text.length; cut += 1) {
      const lines = redacted([secret], [`< ${text.slice(0, cut)}`, `${text.slice(cut)} >`]);
      expect(lines).toEqual(['< [redacted]', '[redacted] >']);
    }
  });

  it('is hidden in lines of every width, indented or not', () => {
    const encoded = btoa(secret.repeat(8)).replace(/=+$/, '');
    for (const width of [3, 8, 16, 64, 76]) {
      const lines = encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
      const hidden = redacted([secret.repeat(8)], ['a.', ...lines.map((line) => `  ${line}`), 'b.']);
      expect(hidden.map((line) => line.trim())).toEqual(['a.', ...lines.map(() => '[redacted]'), 'b.']);
    }
  });

  it('is hidden with Windows line ends', () => {
    expect(redacted([secret], ['hunter22 & So\r', 'ns/2026\r'])).toEqual(['[redacted]', '[redacted]']);
  });

  it('is not looked for over empty lines', () => {
    expect(redacted([secret], ['hunter22', '', ' & Sons/2026'])).toEqual(['hunter22', '', ' & Sons/2026']);
  });

  it('is hidden when the rest of it never comes', () => {
    expect(redacted([secret], ['as hunter22 & S'])).toEqual(['as [redacted]']);
  });
});

describe('what comes out when', () => {
  const redactor = () => createLineRedactor<string>(createRedactor(['hunter22-hunter22']), 4_000);

  it('at once what is no beginning of a secret, with what is known about it', () => {
    expect(redactor().add('hello.', 'info')).toEqual([{ text: 'hello.', about: 'info' }]);
  });

  it('with the next line what may be one', () => {
    const lines = redactor();
    expect(lines.add('as hunt', 'a')).toEqual([]);
    expect(lines.add('ada.', 'b')).toEqual([
      { text: 'as hunt', about: 'a' },
      { text: 'ada.', about: 'b' },
    ]);
  });

  it('at a pause what ends with three characters of one, and no more', () => {
    const lines = redactor();
    expect(lines.add('as hun', 'a')).toEqual([]);
    expect(lines.pause()).toEqual([{ text: 'as hun', about: 'a' }]);
    expect(lines.add('ter22-hunter22 b', 'b')).toEqual([{ text: '[redacted] b', about: 'b' }]);
    expect(lines.add('as hunt', 'c')).toEqual([]);
    expect(lines.pause()).toEqual([]);
    expect(lines.end()).toEqual([{ text: 'as hunt', about: 'c' }]);
  });
});

describe('a long line', () => {
  it('is cut, and a secret at the cut is hidden', () => {
    const secret = 'hunter22-hunter22';
    for (let before = 80; before <= 105; before += 1) {
      const [line = ''] = redacted([secret], [`${'x'.repeat(before)}${secret}${'y'.repeat(9_000)}`], 100);
      expect(line).toBe(expectedOf(before));
    }
    function expectedOf(before: number): string {
      if (before >= 100) return 'x'.repeat(100);
      return `${'x'.repeat(before)}[redacted]${'y'.repeat(Math.max(0, 100 - before - secret.length))}`;
    }
  });

  it('may end with a secret that the next one goes on with', () => {
    const lines = redacted(['hunter22-hunter22'], [`${'x'.repeat(9_000)}hunter22`, '-hunter22 y'], 100);
    expect(lines).toEqual(['x'.repeat(100), '[redacted] y']);
  });
});
