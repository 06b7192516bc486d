import { describe, expect, it } from '@jest/globals';
import { namedRepositories } from '../../src/git-hosts/named-repositories.ts';

const named = (text: string) => namedRepositories(Buffer.from(text), 'full_name');

describe('the repositories that a body names', () => {
  it.each([
    ['{"repository":{"full_name":"acme/api"}}', ['acme/api']],
    ['{"repository": {\n "full_name" : "acme/\\u00e4pi"}}', ['acme/äpi']],
    ['{"owner":{"full_name":"Ada"},"full_name":"acme/api","parent":{"full_name":"up/api"}}', ['acme/api', 'up/api']],
    [`{"a":"${'x'.repeat(600_000)}","full_name":"acme/api"}`, ['acme/api']],
    [`{"full_name":"acme/api","a":"${'x'.repeat(600_000)}"}`, ['acme/api']],
    [JSON.stringify({ message: '"full_name":"evil/api"' }), []],
    ['"full_name":"never closed/', []],
    ['"full_name":"nul/\\u0000"', []],
    ['payload=%7B%7D', []],
  ])('are found without parsing it', (text, names) => {
    expect(named(text)).toEqual(names);
  });

  it('are few, however often the key is written', () => {
    expect(named(Array.from({ length: 5_000 }, (_, at) => `"full_name":"a/${at}"`).join(','))).toHaveLength(16);
  });
});
