import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createRedactor } from '../../src/secrets/redact.ts';
import { followTurns } from '../support/longest-turn.ts';

const letters = (count: number) => 'aB3'.repeat(count).slice(0, count);
const key = [
  '-----BEGIN OPENSSH ',
  'PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nabc\n-----END OPENSSH ',
  'PRIVATE KEY-----',
].join('');

describe('shapes of credentials', () => {
  const redact = createRedactor([]);

  it.each([
    ['GitHub token', `using ghp_${letters(36)} now`, 'using [redacted] now'],
    ['GitHub app token', `gho_${letters(36)}`, '[redacted]'],
    ['GitHub fine-grained token', `github_pat_${letters(60)}`, '[redacted]'],
    ['GitLab token', `glpat-${letters(20)}`, '[redacted]'],
    ['Slack bot token', `xoxb-12345678901-${letters(20)}`, '[redacted]'],
    ['AWS access key', `AKIA${'Q2'.repeat(8)}.`, '[redacted].'],
    ['npm token', `npm_${letters(36)}`, '[redacted]'],
    ['JSON Web Token', `eyJ${letters(20)}.eyJ${letters(30)}.${letters(40)}`, '[redacted]'],
    ['bearer header', `> Authorization: Bearer ${letters(12)}`, '> Authorization: Bearer [redacted]'],
    ['header in JSON', `{"authorization": "Bearer ${letters(12)}"}`, '{"authorization": "Bearer [redacted]"}'],
    ['URL with a password', 'fetch https://ada:hunter2@git.example/a', 'fetch https://ada:[redacted]@git.example/a'],
    ['URL with only a password', 'redis://:hunter2@cache:6379', 'redis://:[redacted]@cache:6379'],
    ['private key', `a\n${key}\nb`, 'a\n[redacted]\nb'],
    ['private key that is cut off', key.slice(0, 50), '[redacted]'],
  ])('hides a %s', (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'Step 3/7 : RUN npm ci --omit=dev',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'http://127.0.0.1:8080/@scope/package',
    'the key xoxb- and npm_config_cache=/tmp stay',
    'listening on ws://api:8080',
  ])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('known values', () => {
  it.each([
    ['as they are', 'p@ss w/rd"', 'got p@ss w/rd" back', 'got [redacted] back'],
    ['URL-encoded', 'p@ss w/rd', '?q=p%40ss%20w%2Frd&r', '?q=[redacted]&r'],
    ['URL-encoded in lower case', 'p@ss/rd', '?q=p%40ss%2frd', '?q=[redacted]'],
    ['as a form field', 'two words', 'q=two+words', 'q=[redacted]'],
    ['inside JSON', 'a"b\\c', String.raw`{"x":"a\"b\\c"}`, '{"x":"[redacted]"}'],
    ['in base64', 'hunter2!', `basic ${btoa('hunter2!')}`, 'basic [redacted]='],
    ['in base64 after a name', 'hunter2!', `basic ${btoa('ada:hunter2!')}`, 'basic YWRhOm[redacted]'],
    ['in base64 between others', 'hunter2!', btoa('a:hunter2!:b'), 'YTp[redacted]Tpi'],
    ['URL-encoded to the last letter', "p(a)ss'!", '?q=p%28a%29ss%27%21', '?q=[redacted]'],
    ['with letters that mean something in patterns', 'a.*(b)+$', 'x a.*(b)+$ y a1111', 'x [redacted] y a1111'],
  ])('are hidden %s', (_, value, text, expected) => {
    expect(createRedactor([value])(text)).toBe(expected);
  });

  it('are hidden line by line', () => {
    const redact = createRedactor(['first line\r\n  second line\nno\n']);
    expect(redact('> first line')).toBe('> [redacted]');
    expect(redact('second line, no third')).toBe('[redacted], no third');
  });

  it('go whole when one contains another', () => {
    expect(createRedactor(['hunter', 'hunter2-extended'])('hunter2-extended hunter')).toBe('[redacted] [redacted]');
  });

  it('shorter than four characters are left alone, however they are encoded', () => {
    expect(createRedactor(['dev', '', '80'])(`dev on 80 ${btoa('dev')}`)).toBe(`dev on 80 ${btoa('dev')}`);
  });

  it('may hold half of a surrogate pair', () => {
    expect(createRedactor(['abc\ud800'])('abc\ud800!')).toBe('[redacted]!');
  });

  it('never survive, whatever they are made of and wherever they stand', () => {
    for (let round = 0; round < 500; round += 1) {
      const value = randomBytes(4 + (round % 40)).toString(round % 2 ? 'latin1' : 'base64');
      const redact = createRedactor(['other secret', value, `${value}-longer`]);
      const forms = [value, `${value}-longer`, encodeURIComponent(value), JSON.stringify(value), btoa(value)];
      const redacted = redact(`before ${forms.join(' between ')} after`);
      const visible = value.split(/\r?\n/).filter((line) => line.trim().length >= 4);
      for (const secret of [value, ...visible.map((line) => line.trim())]) expect(redacted).not.toContain(secret);
      expect(redacted.startsWith('before ')).toBe(true);
      expect(redacted.endsWith(' after')).toBe(true);
    }
  });
});

describe('a text that is cut', () => {
  const redact = createRedactor(['hunter22-hunter22']);

  it.each([
    ['a secret before the limit', 'as hunter22-hunter22 now', 30, 'as [redacted] now'],
    ['a secret that goes beyond the limit', 'as hunter22-hunter22 now', 10, 'as [redacted]'],
    ['a secret after the limit', 'as ada: hunter22-hunter22', 6, 'as ada'],
    ['secrets before the limit do not bring in what is after', 'hunter22-hunter22 hunter22-hunt', 17, '[redacted]'],
    ['a token that goes beyond the limit', `as ghp_${letters(36)}`, 9, 'as [redacted]'],
  ])('%s', (_, text, limit, expected) => {
    expect(redact(text, limit)).toBe(expected);
  });
});

describe('a text that nearly has the shape of a credential, many times', () => {
  const secrets = Array.from({ length: 100 }, (_, at) => `${'a'.repeat(40)}${at}!`);
  const redact = createRedactor(secrets);

  it.each([
    ['-eyJaaaaaaaa', 'left alone'],
    ['.eyJaaaaaaaa', 'hidden'],
    ['MTI0NTY3ODkwMTI0NTY3ODkw.', 'left alone'],
    ['authorization: bearer ', 'hidden'],
    ['authorization                ', 'left alone'],
    ['://user:', 'left alone'],
    ['-----BEGIN ', 'left alone'],
    ['-----BEGIN PRIVATE KEY', 'hidden'],
    ['-----END A', 'left alone'],
    ['ghp_', 'left alone'],
    ['-xoxb', 'hidden'],
    ['a', 'left alone'],
    [' ', 'left alone'],
    ['\n', 'left alone'],
  ])('%j is %s in time that grows as it does', (piece, what) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const longestTurn = followTurns();
    const same = redact(text) === text;
    const longest = longestTurn();
    expect(same ? 'left alone' : 'hidden').toBe(what);
    // With work that grows with the square it is minutes.
    expect(longest).toBeLessThan(5_000);
  });
});

it('longer secrets than are told apart by their beginnings go whole', () => {
  const value = randomBytes(3_000).toString('base64');
  const other = `${value.slice(0, 100)}!other`;
  const redact = createRedactor([value, other]);
  expect(redact(`a ${value} b ${other} c ${value.slice(0, 200)}? d ${btoa(value)}`)).toBe(
    'a [redacted] b [redacted] c [redacted]? d [redacted]==',
  );
});
