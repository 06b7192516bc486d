import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

const registryHost = /^(?:localhost|(?=[^/]*[.:])[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::\d{1,5})?\//;
const repositoryPath = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

/**
 * `name[:tag][@digest]`, optionally with a registry before it.
 * @see https://github.com/distribution/reference (the grammar; a name has at most 255 characters)
 */
export function imageReference(name: string, value: string): string {
  const path = value
    .slice(0, 450)
    .replace(registryHost, '')
    .replace(/@sha256:[0-9a-f]{64}$/, '')
    .replace(/:\w[\w.-]{0,127}$/, '');
  if (value.length <= 450 && repositoryPath.test(path)) return value;
  throw new UsageError(
    `${name}: ${quoted(value)} is not an image reference. Examples: \`nginx:1.27\`, \`ghcr.io/acme/api:v2\`; ` +
      'names are lower case.',
  );
}
