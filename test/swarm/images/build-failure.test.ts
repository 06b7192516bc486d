import { describe, expect, it } from '@jest/globals';
import { describeBuildFailure } from '../../../src/swarm/images/build-failure.ts';

const install = { place: 'Step 2/3', text: 'RUN npm ci', lines: ['one', 'two'] };
const metadata = { text: '[internal] load metadata for docker.io/library/nodee:24', lines: [] };

describe('a build that failed', () => {
  it.each([
    ['20.10', 'executor failed running [/bin/sh -c npm ci]: exit code: 4', 'Exit code 4'],
    ['28', 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 4', 'Exit code 4'],
    [
      'a killed step',
      'process "/bin/sh -c npm ci" did not complete successfully: exit code: 137',
      'Exit code 137: it was killed, mostly for want of memory.',
    ],
    [
      'a missing file, 20.10',
      'failed to compute cache key: "/x y" not found: not found',
      '`/x y` is not in the build context. Check the path and the `.dockerignore`.',
    ],
    [
      'a missing file, 28',
      'failed to calculate checksum of ref abc::def: "/nope": not found',
      '`/nope` is not in the build context. Check the path and the `.dockerignore`.',
    ],
    [
      'a missing secret',
      'secret NPM_TOKEN: not found',
      'There is no build secret `NPM_TOKEN`. Set it with `env set <app> NPM_TOKEN --build-secret`.',
    ],
    ['anything else', 'rpc error: code = Unknown desc = no space left on device', 'no space left on device'],
  ])('quotes the step and what it printed: %s', (_, error, end) => {
    expect(describeBuildFailure(`failed to solve: ${error}`, { ...install, error })).toBe(
      `Step 2/3 failed: RUN npm ci\none\ntwo\n${end}`,
    );
  });

  it.each([
    [
      '20.10',
      'failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: FLY',
      'line 2: unknown instruction: FLY.',
    ],
    [
      '28',
      'failed to solve: dockerfile parse error on line 2: unknown instruction: FLY (did you mean RUN?)\n',
      'line 2: unknown instruction: FLY (did you mean RUN?).',
    ],
  ])('names the line that does not parse: %s', (_, error, line) => {
    expect(describeBuildFailure(error, undefined)).toBe(
      `The Dockerfile cannot be read: ${line} Fix that line and deploy again.`,
    );
  });

  const howToLogIn =
    ' For a login: `SHIPMATE_REGISTRY_USERNAME` and `SHIPMATE_REGISTRY_PASSWORD`, ' +
    'or `docker login` as the user that Shipmate runs as.';
  it.each([
    [
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      `its registry wants a login, or has no such image. Check the name, and log in if it is private.${howToLogIn}`,
    ],
    ['docker.io/library/nodee:24: not found', 'there is no such image. Check its name and its tag.'],
    [
      'unexpected status from HEAD request to https://registry-1.docker.io/v2/: 429 Too Many Requests',
      `its registry allows no more pulls for now. Wait, or log in there, which raises the limit.${howToLogIn}`,
    ],
    [
      'failed to do request: Head "https://x/v2": dial tcp: lookup x: no such host',
      'its registry cannot be reached. Check the name, and the connection from the host of the Docker Engine.',
    ],
    [
      'no match for platform in manifest sha256:abc: not found',
      'its registry has it for other platforms only. Choose an image for the platform of your nodes.',
    ],
  ])('tells apart why a base image cannot be pulled: %s', (error, tell) => {
    expect(describeBuildFailure(error, { ...metadata, error })).toBe(
      `The base image \`nodee:24\` cannot be pulled: ${tell}\n${error.replace(/^(failed to do request)/, '$1')}`,
    );
  });

  it('names the image of the `# syntax=` line', () => {
    const error = 'dial tcp 10.0.0.1:443: connect: connection refused';
    const step = { text: 'resolve image config for docker-image://docker.io/docker/dockerfile:1', lines: [], error };
    expect(describeBuildFailure(error, step)).toBe(
      'The `# syntax=` line of the Dockerfile needs the image `docker/dockerfile:1`, but its registry cannot be reached. ' +
        `Check the name, and the connection from the host of the Docker Engine. Or take the line out.\n${error}`,
    );
  });

  it('says what BuildKit says when it names no step', () => {
    expect(describeBuildFailure('failed to solve: target stage web could not be found', undefined)).toBe(
      'The build failed: target stage web could not be found',
    );
  });
});
