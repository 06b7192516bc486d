import { describe, expect, it } from '@jest/globals';
import { api } from '../../../src/git-hosts/bitbucket/api.ts';

describe('the API of Bitbucket Cloud', () => {
  it('has one address, whatever is cloned from', () => {
    expect(api.address('git@bitbucket.org:acme/api.git')).toBe('https://api.bitbucket.org/2.0');
  });
});
