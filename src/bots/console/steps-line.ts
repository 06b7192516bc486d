import { oneLine } from '../../harmless-text.ts';
import type { Reply, Step, Steps } from '../../replies/reply.ts';
import type { Paint } from './terminal-text.ts';

const spinner = ['◐', '◓', '◑', '◒'];
/** How often the mark of the current step turns, milliseconds. */
export const spinMs = 250;

const marks: Record<Exclude<Step['state'], 'current'>, { mark: string; style: Parameters<Paint>[0] }> = {
  waiting: { mark: '○', style: 'dim' },
  done: { mark: '✔', style: 'green' },
  skipped: { mark: '–', style: 'dim' },
  failed: { mark: '✖', style: 'red' },
};

/** The steps of a work in one line. @param now Milliseconds; the current step's mark turns with it. */
export function stepsLine({ steps }: Steps, paint: Paint, now: number): string {
  return steps
    .map(({ detail, state, title }) => {
      const turning = spinner[Math.floor(now / spinMs) % spinner.length] ?? '';
      const { mark, style } = state === 'current' ? { mark: turning, style: 'blue' as const } : marks[state];
      const shown = oneLine(title);
      const after = detail === undefined ? '' : paint('dim', ` ${oneLine(detail)}`);
      return `${paint(style, mark)} ${state === 'current' ? paint('bold', shown) : shown}${after}`;
    })
    .join('  ');
}

export function hasCurrentStep({ steps }: Reply): boolean {
  return steps?.steps.some(({ state }) => state === 'current') ?? false;
}
