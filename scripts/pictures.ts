// npm run pictures: draws docs/pictures/*.png for the README from the same replies that the bots send.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { conversation } from './pictures/conversation.ts';
import { conversationHtml, type Skin } from './pictures/html.ts';
import { openChromium } from './support/chromium.ts';

const folder = fileURLToPath(new URL('../docs/pictures', import.meta.url));

await mkdir(folder, { recursive: true });
const browser = await openChromium();
const skins: Skin[] = ['slack', 'discord', 'mattermost'];
for (const skin of skins) {
  const page = await browser.newPage({ viewport: { width: 680, height: 400 }, deviceScaleFactor: 2 });
  await page.setContent(conversationHtml(conversation, skin));
  await page.locator('body').screenshot({ path: `${folder}/${skin}.png` });
}
await browser.close();
