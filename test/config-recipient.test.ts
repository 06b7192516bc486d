import { expect, it } from '@jest/globals';
import { requireRecipient } from '../src/config-recipient.ts';
import { loadConfig } from '../src/config.ts';

const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

/** What the start says of it; its shape is right. */
async function saidOf(text: string | undefined): Promise<string | undefined> {
  const config = loadConfig({ SHIPMATE_SELF_BACKUP_RECIPIENT: text });
  return requireRecipient(config).then(
    () => undefined,
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

it('takes a recipient of age, and none', async () => {
  expect(await saidOf(recipient)).toBeUndefined();
  expect(await saidOf(undefined)).toBeUndefined();
});

it('refuses one letter for another, wherever it is, without repeating it', async () => {
  const places = Array.from(recipient, (_letter, place) => place).slice('age1'.length);
  const mistyped = places.map((place) => {
    const other = recipient[place] === 'q' ? 'p' : 'q';
    return `${recipient.slice(0, place)}${other}${recipient.slice(place + 1)}`;
  });
  expect(new Set(await Promise.all(mistyped.map(saidOf)))).toEqual(
    new Set([
      'ConfigError: SHIPMATE_SELF_BACKUP_RECIPIENT has a typing error: its checksum does not fit. ' +
        '`age-keygen -y <file>` prints the right one.',
    ]),
  );
});

it('refuses two letters that changed places', async () => {
  expect(await saidOf(recipient.replace('l3z7', 'lz37'))).toMatch(/has a typing error/);
});
