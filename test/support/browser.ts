import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

/** What went wrong in pages beside what their test looks for: refused by the policy, thrown, or not found. */
export function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}

/** What axe-core finds wrong with a page for people with disabilities, a line each; of all rules, or of those that look at colours. */
export async function barriersOf(page: Page, of: 'everything' | 'colours' = 'everything'): Promise<string[]> {
  // Evaluated by the debugger, which the page's policy does not bind.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  const rules = of === 'colours' ? `runOnly: ['color-contrast', 'link-in-text-block'],` : '';
  return page.evaluate<string[]>(`axe.run({ ${rules} resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`);
}

/** How far the page can be scrolled sideways, pixels. */
export async function overhangOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
