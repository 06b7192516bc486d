import { describe, expect, it } from '@jest/globals';
import { loginsFor } from '../../../src/swarm/images/build-logins.ts';

const login = { username: 'ada', password: 'hush', serveraddress: 'registry.example.com' };
const team = async (image: string) => (image.startsWith('registry.example.com/team/') ? login : undefined);

describe('the logins of a build', () => {
  it('are those of the registries that the Dockerfile names', async () => {
    const logins = await loginsFor(team, ['registry.example.com/team/base:1', 'node:24']);
    expect(logins('registry.example.com')).toEqual(login);
    expect(logins('registry-1.docker.io')).toBeUndefined();
    expect(logins('other.example.com')).toBeUndefined();
  });

  it('are found for Docker Hub under the name of its registry', async () => {
    const logins = await loginsFor(async () => login, ['node:24']);
    expect(logins('registry-1.docker.io')).toEqual(login);
  });

  it.each([
    [['registry.example.com/team/base:1', 'registry.example.com/other/base:1']],
    [['registry.example.com/other/base:1', 'registry.example.com/team/base:1', 'registry.example.com/team/two:1']],
  ])('are not given for images that they are not for: %j', async (images) => {
    expect((await loginsFor(team, images))('registry.example.com')).toBeUndefined();
  });
});
