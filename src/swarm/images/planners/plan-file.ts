import { UserError } from '../../../errors.ts';

/** The JSON object that a planner prints or writes. @throws {UserError} when it is none. */
export function readPlan(text: string, planner: string): Record<string, unknown> {
  const plan = parse(text);
  if (typeof plan === 'object' && plan !== null && !Array.isArray(plan)) return plan as Record<string, unknown>;
  throw new UserError(`The plan of \`${planner}\` is not a JSON object. Update \`${planner}\`, then deploy again.`);
}

/** Every image that a plan names, at any depth. */
export function imagesIn(plan: unknown): string[] {
  const images = new Set<string>();
  const waiting: unknown[] = [plan];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      if (key === 'image' && typeof value === 'string') images.add(value);
      else waiting.push(value ?? null);
    }
  }
  return [...images].sort();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
