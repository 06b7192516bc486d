import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openStage, type Stage } from './stage.ts';

const hash = '$2a$12$mSNGEiOT7urQP/Xs10XzPurl5cmVj6tavHRZQUK0jIFXRWFBGmssu';
const policy = "array:'self',blob:,https://*";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

async function environmentOf(envVars: Record<string, string>, environment: string, files = {}): Promise<unknown> {
  const stack = await stage.application({ envVars });
  stage.files = files;
  const end = await stage.deploy(stack, `services:\n  web:\n    image: w:1\n${environment}`);
  expect(end.metadata.error).toBeUndefined();
  return stack.specs[0]?.env;
}

it('dollar signs and quotes in the value of a variable are no syntax of the file that names it', async () => {
  expect(
    await environmentOf(
      { HASH: hash, POLICY: policy, PASSWORD: 'AL$87CAM' },
      `    environment:
      PASSWORD_HASH: \${HASH}
      MEDIA_SRC: $POLICY
      URL: amqp://u:\${PASSWORD}@mq
      OR: \${NONE:-$HASH}
`,
    ),
  ).toEqual({ PASSWORD_HASH: hash, MEDIA_SRC: policy, URL: 'amqp://u:AL$87CAM@mq', OR: hash });
});

it.each([
  ['a map', '    environment:\n      SUBDOMAIN: ${SUBDOMAIN}\n'],
  ['a list', '    environment:\n      - SUBDOMAIN=${SUBDOMAIN}\n'],
  ['a list with quotes', '    environment:\n      - "SUBDOMAIN=$SUBDOMAIN"\n'],
  ['a name alone', '    environment:\n      - SUBDOMAIN\n'],
])('a variable that the file gives its own value, as %s, has it', async (_how, environment) => {
  expect(await environmentOf({ SUBDOMAIN: 'test' }, environment)).toEqual({ SUBDOMAIN: 'test' });
});

it('single quotes in an env file keep dollar signs, double quotes keep single ones', async () => {
  const file = `PASSWORD_HASH='${hash}'\nMEDIA_SRC="${policy}"\n`;
  expect(await environmentOf({}, '    env_file: .env\n', { '.env': file })).toEqual({
    PASSWORD_HASH: hash,
    MEDIA_SRC: policy,
  });
});
