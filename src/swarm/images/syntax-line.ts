import { UserError } from '../../errors.ts';

/** Read by their own rules, as BuildKit does, before anything else of the Dockerfile is. */
const comment = /^(?:#|\/\/)\s*([a-z]+)\s*=\s*(.+)$/i;
/** Frontends of Docker itself: another one may build whatever it likes, images of other applications included. */
const official = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/;

/**
 * The image that reads the Dockerfile in place of BuildKit itself, if it or a build argument names one.
 * @throws {UserError} when it is none of Docker's own.
 */
export function frontendImage(text: string, buildArgs: Record<string, string>): string | undefined {
  const image = buildArgs['BUILDKIT_SYNTAX'] ?? named(text);
  if (image === undefined || official.test(image)) return image;
  throw new UserError(
    `The \`# syntax=\` line of the Dockerfile names \`${image}\`. Shipmate builds with \`docker/dockerfile\` only: another ` +
      'frontend could build on images of other applications. Take the line out, or name `docker/dockerfile:1`.',
  );
}

/** `# syntax=…` among the directives at the top, which may begin with `//` too; or JSON. */
function named(text: string): string | undefined {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  if (lines[0]?.startsWith('#!')) lines.shift();
  for (const line of lines) {
    const [, key, value] = comment.exec(line.trim()) ?? [];
    if (key === undefined) break;
    if (key.toLowerCase() === 'syntax') return value?.split(/\s/)[0];
  }
  return inJson(text);
}

function inJson(text: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  const [, value] = /"syntax"\s*:\s*"([^"]*)"/i.exec(text) ?? [];
  return value?.split(/\s/)[0];
}
