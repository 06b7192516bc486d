import { baseImageOf } from '../../src/config-base-images.ts';
import { openFiles } from '../../src/swarm/images/languages/checkout-files.ts';
import type { Language } from '../../src/swarm/images/languages/language.ts';
import { folder } from './swarm-fixture.ts';

/** The Dockerfile that a language writes for these files. */
export async function written(
  language: Language,
  files: Record<string, string>,
  more: { start?: string; port?: number } = {},
): Promise<string[]> {
  await using checkout = await folder(files);
  return await language.write(openFiles(checkout.path), {
    image: (name, version) => baseImageOf({}, name, version),
    port: 8080,
    ...more,
  });
}

/** What it says of a checkout. */
export async function detected(language: Language, files: Record<string, string>): Promise<string | undefined> {
  await using checkout = await folder(files);
  return await language.detects(openFiles(checkout.path));
}
