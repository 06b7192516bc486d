import { UserError } from '../../errors.ts';
import type { FailedStep } from '../buildkit/progress.ts';
import { reasonOf, statusOf } from '../engine-errors.ts';
import { quotedLength } from '../quoted-output.ts';
import { explainPull } from './pull-failure.ts';

/** What only BuildKit's developers need: which part called which. */
const layers =
  /^(?:failed to solve(?: with frontend [\w.]+)?|failed to create LLB definition|failed to compute cache key|failed to calculate checksum of ref [^:]+|rpc error: code = \w+ desc =|executor failed running \[[\s\S]*\](?=: exit code)):? */;

/** Errors before the first step come as an HTTP status and concern the request; others are passed on. */
export function throwRefusal(error: unknown): never {
  const status = statusOf(error);
  if (status === undefined || status === 503) throw error;
  throw new UserError(`Docker refused the build: ${reasonOf(error)}`, { cause: error });
}

/** The end of a build as one sentence with the next step, below it what the failed step printed. */
export function describeBuildFailure(failure: string, step: FailedStep | undefined): string {
  const reason = withoutLayers(step?.error || failure).slice(0, quotedLength);
  const [, parse] = /dockerfile parse error(?: on)?:? (line \d+: [\s\S]*)/i.exec(failure) ?? [];
  if (parse !== undefined) return `The Dockerfile cannot be read: ${endLine(parse)} Fix that line and deploy again.`;
  const pulled = step && pulledImage(step.text);
  const cause = pulled && explainPull(reason);
  if (step && pulled !== undefined && cause !== undefined) {
    return !/load metadata|^FROM/.test(step.text)
      ? `The \`# syntax=\` line of the Dockerfile needs the image \`${pulled}\`, but ${cause} Or take the line out.\n${reason}`
      : `The base image \`${pulled}\` cannot be pulled: ${cause}\n${reason}`;
  }
  if (!step) return `The build failed: ${reason}`;
  const head = `${step.place ?? 'The build'} failed: ${step.text}`;
  return [head, ...step.lines, explainStep(reason)].join('\n');
}

function explainStep(reason: string): string {
  const [, code] = /exit code: (\d+)/.exec(reason) ?? [];
  if (code === '137') return 'Exit code 137: it was killed, mostly for want of memory.';
  if (code !== undefined) return `Exit code ${code}`;
  const [, secret] = /secret (\S+?):? not found/.exec(reason) ?? [];
  if (secret !== undefined) {
    return `There is no build secret \`${secret}\`. Set it with \`env set <app> ${secret} --build-secret\`.`;
  }
  const [, missing] = /"([^"]+)"(?: not found)?: not found/.exec(reason) ?? [];
  if (missing === undefined) return reason;
  return `\`${missing}\` is not in the build context. Check the path and the \`.dockerignore\`.`;
}

/** Of the steps in which BuildKit looks an image up or fetches it. */
function pulledImage(text: string): string | undefined {
  const [, image] =
    /^(?:\[(?:internal|context \S+)\] load metadata for|resolve image config for|docker-image:\/\/|FROM) ?(?:docker-image:\/\/)?(\S+)/.exec(
      text,
    ) ?? [];
  return image?.replace(/@sha256:[\da-f]+$/, '').replace(/^docker\.io\/(library\/)?/, '');
}

function withoutLayers(error: string): string {
  let text = error.trim();
  while (layers.test(text)) text = text.replace(layers, '');
  return text;
}

function endLine(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, ' ');
  return /[.?!]$/.test(line) ? line : `${line}.`;
}
