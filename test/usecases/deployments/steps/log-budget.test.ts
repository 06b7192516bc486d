import { describe, expect, it } from '@jest/globals';
import { type LogLine, logLimits, openBudget, sizeOf } from '../../../../src/usecases/deployments/steps/log-budget.ts';

const at = new Date('2026-01-01');
const limits = { beginning: 40, output: 80, all: 100, leastEnd: 10 };

/** Ten bytes with the line break. */
function line(number: number): LogLine {
  return { level: 'info', message: `line ${String(number).padStart(4, '0')}`, at };
}

function numbers(lines: LogLine[]): string[] {
  return lines.map(({ message }) => message.replace(/^line 0*/, ''));
}

function print(budget: ReturnType<typeof openBudget>, count: number): string[] {
  return numbers(Array.from({ length: count }, (_, number) => budget.output(line(number + 1))).flat());
}

describe('what a log keeps', () => {
  it('is everything while it is short', () => {
    const budget = openBudget(0, limits);
    expect(print(budget, 4)).toEqual(['1', '2', '3', '4']);
    expect(budget.release()).toEqual([]);
  });

  it('is the beginning at once, and the end when it has come, with what is left out', () => {
    const budget = openBudget(0, limits);
    const held = 'The output is long: what follows is stored when this step ends';
    expect(print(budget, 20)).toEqual(['1', '2', '3', '4', held]);
    expect(numbers(budget.release())).toEqual(['14 lines (140 B) are left out here: the log holds 100 B', '19', '20']);
  });

  it('are the last lines of each program, and what Shipmate says between them', () => {
    const budget = openBudget(0, limits);
    print(budget, 20);
    const own: LogLine = { level: 'error', message: 'own', at };
    expect(numbers(budget.own(own)).slice(1)).toEqual(['19', '20', 'own']);
    print(budget, 20);
    expect(numbers(budget.own(own)).slice(1)).toEqual(['20', 'own']);
    expect(budget.own(own)).toEqual([own]);
  });

  it('is no more than the whole, however many programs print, but for what Shipmate says', () => {
    const budget = openBudget(0);
    let stored = 0;
    const store = (lines: LogLine[]) => {
      for (const { message } of lines) stored += message.length + 1;
    };
    for (let program = 0; program < 30; program += 1) {
      for (let number = 0; number < 20_000; number += 1)
        store(budget.output({ level: 'info', message: 'x'.repeat(99), at }));
      store(budget.own(line(program)));
    }
    expect(stored).toBeLessThan(logLimits.all);
    expect(stored).toBeGreaterThan(logLimits.output * 0.9);
  });

  it('counts what an earlier process stored', () => {
    const budget = openBudget(30, limits);
    expect(print(budget, 2)[0]).toBe('1');
    expect(sizeOf(line(1))).toBe(10);
    const full = openBudget(100, limits);
    print(full, 20);
    expect(numbers(full.release())).toEqual(['20 lines (200 B) are left out here: the log holds 100 B']);
  });
});
