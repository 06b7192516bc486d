import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { slackManifest, withScopes } from '../../../scripts/docs/slack.ts';

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

it('slack-manifest.yaml is up to date (node scripts/generate-docs.ts)', () => {
  expect(file('slack-manifest.yaml')).toBe(slackManifest());
});

it('docs/slack.md explains each scope of the manifest (node scripts/generate-docs.ts)', () => {
  expect(file('docs/slack.md')).toBe(withScopes(file('docs/slack.md')));
});
