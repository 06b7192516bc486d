import { describe, expect, it } from '@jest/globals';
import { applySettings, shownSettings } from '../../../src/usecases/applications/application-settings.ts';
import { joinList, splitList } from '../../../src/usecases/applications/list-value.ts';

describe('a list in a setting', () => {
  it.each<[string, string[]]>([
    ['a, b,,c ', ['a', 'b', 'c']],
    ['src/**/*.{ts,tsx},docs/**', ['src/**/*.{ts,tsx}', 'docs/**']],
    ['"FLAGS=a,B=c",X=1', ['FLAGS=a,B=c', 'X=1']],
    [' "a,b" , c', ['a,b', 'c']],
    [String.raw`"a \"b\" \\c",d`, [String.raw`a "b" \c`, 'd']],
    ['CONFIG={"a":1,"b":[2,3]},X=1', ['CONFIG={"a":1,"b":[2,3]}', 'X=1']],
    ['A={,B=1', ['A={', 'B=1']],
    ['A=},B=1', ['A=}', 'B=1']],
    [String.raw`a\,b,c`, [String.raw`a\,b`, 'c']],
    ['X="a",Y=b', ['X="a"', 'Y=b']],
    ['', []],
  ])('%s has these entries, and is written so that it has them again', (value, entries) => {
    expect(splitList('watch', value)).toEqual(entries);
    expect(splitList('watch', joinList(entries))).toEqual(entries);
  });

  it.each(['"a,b', '"a"b,c'])('%s is refused', (value) => {
    expect(() => splitList('build-args', value)).toThrow('build-args: a quote is not closed, or something follows it.');
  });

  it('is read in linear time', () => {
    expect(splitList('watch', '{,'.repeat(50_000))).toHaveLength(50_000);
    expect(() => splitList('watch', `"${'\\"'.repeat(50_000)}`)).toThrow('a quote is not closed');
  });
});

const empty = { source: {}, docker: {}, replicas: 1 };

it('may be given in parts; of other settings the last one counts', () => {
  const { docker, source } = applySettings(empty, [
    ['build-args', 'A=1'],
    ['branch', 'one'],
    ['build-args', '"PLATFORMS=linux/amd64,linux/arm64"'],
    ['branch', 'two'],
    ['constraints', 'node.role==worker'],
  ]);
  expect(source).toEqual({ build_args: { A: '1', PLATFORMS: 'linux/amd64,linux/arm64' }, branch: 'two' });
  expect(docker.constraints).toEqual(['node.role==worker']);
});

it('of build arguments shows no values, those after a comma neither', () => {
  const draft = applySettings(empty, [['build-args', '"FLAGS=a,B=c",X=1']]);
  expect(shownSettings(draft)['build-args']).toBe('FLAGS=…,X=…');
});
