import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

/** Where Debian and its kin put Chromium; another place: `SHIPMATE_TEST_CHROMIUM`. */
export const chromiumPath = process.env['SHIPMATE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

/** Headless Chromium. @throws {Error} that says how to install it. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(chromiumPath)) {
    throw new Error(
      `There is no Chromium at ${chromiumPath}. Run: sudo apt-get install chromium (or set SHIPMATE_TEST_CHROMIUM to its path).`,
    );
  }
  // Root has no sandbox in a container, and a small /dev/shm would crash it.
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** What went wrong in a page beside what its test looks for: refused by the policy, thrown, or not found. */
export function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}
