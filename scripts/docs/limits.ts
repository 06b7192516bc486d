import { gitHosts } from '../../src/git-hosts/registry.ts';
import { inlineBytes, readerLimits } from '../../src/git-hosts/delivery-reader.ts';
import { gateLimits } from '../../src/handlers/bodies/body-gate.ts';
import { longestLine } from '../../src/handlers/longest-line.ts';
import { mostPerSecond } from '../../src/handlers/http/challenge-routes.ts';
import { connectionLimits } from '../../src/handlers/http/connection-limits.ts';
import { chatBytes } from '../../src/handlers/http/http.ts';
import { knownBytes } from '../../src/handlers/http/json-body.ts';
import { formBytes } from '../../src/handlers/http/pages/press.ts';
import { strangersBytes } from '../../src/handlers/http/problem.ts';
import { mostWords } from '../../src/handlers/tokenise.ts';
import { logLimits } from '../../src/usecases/deployments/steps/log-budget.ts';
import { passwordLimits } from '../../src/usecases/people/password-attempts.ts';
import { formatDuration } from '../../src/units/durations.ts';
import { formatSize } from '../../src/units/sizes.ts';
import { table } from './table.ts';

const marks = { start: '<!-- limits: npm run docs -->', end: '<!-- /limits -->' };

/** `docs/operation.md` with its table of limits remade from the constants. */
export function withLimits(document: string): string {
  const start = document.indexOf(marks.start);
  const end = document.indexOf(marks.end);
  if (start === -1 || end === -1) throw new Error(`docs/operation.md has no ${marks.start} … ${marks.end}.`);
  return `${document.slice(0, start + marks.start.length)}\n\n${limitsTable()}\n\n${document.slice(end)}`;
}

function limitsTable(): string {
  const { all, arriveMs, one, waiting, waitMs } = gateLimits;
  const { fromPlace, ofUser, ofUserFromPlace } = passwordLimits;
  const number = (count: number) => count.toLocaleString('en');
  const hosts = Object.values(gitHosts).map(({ title, webhook }) => [
    `a webhook of ${title}`,
    formatSize(webhook.mostBytes),
    '413',
  ]);
  return table([
    ['what', 'limit', 'over it'],
    ...hosts,
    ['a request of a chat platform', formatSize(chatBytes), '413'],
    ['a request to the API without a token', formatSize(strangersBytes), '413'],
    ['a request to the API with a token', formatSize(knownBytes), '413'],
    ['a form of a page', formatSize(formBytes), '413'],
    ['a command line', `${number(longestLine)} characters, ${number(mostWords)} words`, '422'],
    ['unverified bodies of one address', `${one.bodies} at a time, ${formatSize(one.bytes)}`, '429; of webhooks, 503'],
    ['unverified bodies in all', `${all.bodies} at a time, ${formatSize(all.bytes)}`, '503'],
    ['bodies that wait for their turn', `${number(waiting)}, ${formatDuration(waitMs)} each`, '429 or 503'],
    ['from the first to the last byte of an unverified body', formatDuration(arriveMs), '408'],
    [
      'headers of a request',
      `${formatSize(connectionLimits.maxHeaderSize)}, ${formatDuration(connectionLimits.headersTimeout)}`,
      '431, 408',
    ],
    ['a whole request', formatDuration(connectionLimits.requestTimeout), '408'],
    ['an idle connection', formatDuration(connectionLimits.keepAliveTimeout), 'closed'],
    ['a webhook that is parsed on the event loop', formatSize(inlineBytes), 'parsed in a thread'],
    [
      'parsing a webhook in a thread',
      `${readerLimits.atOnce} at a time, ${readerLimits.memory} MB, ${formatDuration(readerLimits.timeMs)}`,
      '503; memory, 400',
    ],
    ['wrong passwords of a user from one source', within(ofUserFromPlace), '429'],
    ['wrong passwords from one source', within(fromPlace), '429'],
    ['wrong passwords of a user from everywhere', within(ofUser), '429'],
    ['ACME challenges that are looked up', `${mostPerSecond} a second`, '429'],
    ['the log of a deployment', formatSize(logLimits.all), 'the middle is left out'],
  ]);

  function within({ attempts, windowSeconds }: { attempts: number; windowSeconds: number }): string {
    return `${attempts} in ${formatDuration(windowSeconds * 1_000)}`;
  }
}
