import { DockerfileParser, type Heredoc } from 'dockerfile-ast';
import { UserError } from '../../errors.ts';
import { baseImages, type Surroundings } from './base-images.ts';

// What `readDockerfileAside` runs in threads.

interface ImagesOf {
  text: string;
  buildArgs: Record<string, string>;
  surroundings: Surroundings;
}

/** The images, or the message of a `UserError`, whose class would not survive the way between threads. */
export function images({ buildArgs, surroundings, text }: ImagesOf) {
  try {
    return { images: baseImages(text, buildArgs, surroundings) };
  } catch (error) {
    if (error instanceof UserError) return { refused: error.message };
    throw error;
  }
}

/** Whether an instruction continues in a here-document, `RUN <<EOF`. */
export function hasHeredoc(text: string): boolean {
  return DockerfileParser.parse(text).getInstructions().some(isWithHeredoc);
}

function isWithHeredoc(instruction: object): boolean {
  const { getHeredocs } = instruction as { getHeredocs?: () => Heredoc[] };
  return (getHeredocs?.call(instruction) ?? []).length > 0;
}
