import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';

/** Beside the project's own files, which the build gets without it. */
const fileName = '.shipmate.Dockerfile';

interface Written {
  text: string;
  /** Lines of the `.dockerignore` that counts for this Dockerfile. */
  ignore: string;
}

/**
 * Does `work` while the folder has a Dockerfile of this text, and tells it its name.
 * @throws {UserError} when the repository has a file of that name.
 */
export async function withDockerfile<T>(
  folder: string,
  { ignore, text }: Written,
  work: (dockerfile: string) => Promise<T>,
): Promise<T> {
  const files = { [fileName]: text, [`${fileName}.dockerignore`]: `${ignore}\n${fileName}*\n` };
  const made: string[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      // A link of that name is not followed.
      await writeFile(join(folder, name), content, { flag: 'wx' });
      made.push(name);
    }
    return await work(fileName);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UserError(`The repository has a file \`${fileName}\`, which Shipmate writes itself. Rename it.`);
  } finally {
    for (const name of made) await rm(join(folder, name), { force: true });
  }
}
