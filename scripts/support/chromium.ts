import { type Browser, chromium } from 'playwright-core';
import { chromiumPath } from '../setup/chromium.mjs';

/** Headless Chromium. Root has no sandbox in a container, and a small /dev/shm there would crash it. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
