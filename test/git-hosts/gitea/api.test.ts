import { describe, expect, it } from '@jest/globals';
import { api } from '../../../src/git-hosts/gitea/api.ts';

describe('the API of Gitea', () => {
  it('is on the server that is cloned from', () => {
    expect(api.address('http://gitea.local:3000/acme/api.git')).toBe('http://gitea.local:3000');
  });

  it('is not known of a local path', () => {
    expect(api.address('file:///srv/git/api.git')).toBeUndefined();
  });
});
