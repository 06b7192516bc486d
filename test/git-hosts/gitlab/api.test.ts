import { describe, expect, it } from '@jest/globals';
import { api } from '../../../src/git-hosts/gitlab/api.ts';

describe('the API of GitLab', () => {
  it.each([
    ['https://gitlab.com/acme/group/api.git', 'https://gitlab.com'],
    ['ssh://git@gitlab.acme.example:2222/acme/api.git', 'https://gitlab.acme.example'],
  ])('of %s is %s', (url, address) => {
    expect(api.address(url)).toBe(address);
  });
});
