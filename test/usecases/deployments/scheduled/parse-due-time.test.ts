import { describe, expect, it } from '@jest/globals';
import { parseDueTime } from '../../../../src/usecases/deployments/scheduled/parse-due-time.ts';

const berlin = 'Europe/Berlin';
/** 19:40 in Berlin. */
const now = new Date('2026-11-28T18:40:00Z');

async function moment(text: string, zone = berlin, at = now): Promise<string> {
  return (await parseDueTime(text, zone, at)).at.toISOString();
}

describe('the time of a scheduled deployment', () => {
  it.each([
    ['tomorrow 06:00', '2026-11-29T05:00:00.000Z'],
    ['tomorrow at 6am', '2026-11-29T05:00:00.000Z'],
    ['06:00', '2026-11-29T05:00:00.000Z'],
    ['today 23:00', '2026-11-28T22:00:00.000Z'],
    ['friday 18:00', '2026-12-04T17:00:00.000Z'],
    ['2026-12-01 06:00', '2026-12-01T05:00:00.000Z'],
    ['in 2 hours', '2026-11-28T20:40:00.000Z'],
    ['in 1 day', '2026-11-29T18:40:00.000Z'],
    ['noon', '2026-11-29T11:00:00.000Z'],
    ['2026-12-01T06:00+02:00', '2026-12-01T04:00:00.000Z'],
    ['2026-12-01T06:00:00Z', '2026-12-01T06:00:00.000Z'],
    ['tomorrow 06:00 UTC', '2026-11-29T06:00:00.000Z'],
    ['tomorrow 06:00 America/New_York', '2026-11-29T11:00:00.000Z'],
    ['tomorrow 06:00 Asia/Kolkata', '2026-11-30T00:30:00.000Z'],
  ])('%s is %s', async (text, expected) => {
    expect(await moment(text)).toBe(expected);
  });

  it('begins a day where the person is: late in the evening in Tokyo it is tomorrow already', async () => {
    expect(await moment('today 09:00', 'Asia/Tokyo')).toBe('2026-11-29T00:00:00.000Z');
  });

  it('that the clock skips is an hour later', async () => {
    const at = new Date('2027-03-27T12:00:00Z');
    expect(await moment('tomorrow 02:30', berlin, at)).toBe('2027-03-28T01:30:00.000Z');
  });

  it('that occurs twice is the first', async () => {
    const at = new Date('2026-10-24T12:00:00Z');
    expect(await moment('tomorrow 02:30', berlin, at)).toBe('2026-10-25T00:30:00.000Z');
  });

  it.each([
    // Asked for in the evening before the clock is set forward, for the hour after.
    ['tomorrow 03:00', 'Australia/Sydney', '2026-10-03T10:46:00Z', '2026-10-03T16:00:00.000Z'],
    ['tomorrow 09:00 EDT', 'America/New_York', '2026-07-01T12:00:00Z', '2026-07-02T13:00:00.000Z'],
    ['tomorrow 09:00 ET', 'America/New_York', '2026-07-01T12:00:00Z', '2026-07-02T13:00:00.000Z'],
    ['tomorrow 09:00 CST', 'America/Chicago', '2026-12-01T12:00:00Z', '2026-12-02T15:00:00.000Z'],
    ['tomorrow 09:00 GMT', 'Europe/London', '2026-07-01T12:00:00Z', '2026-07-02T09:00:00.000Z'],
    ['in 2 hours', 'Europe/Berlin', '2026-10-25T00:15:00Z', '2026-10-25T02:15:00.000Z'],
    ['in 24 hours', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T12:00:00.000Z'],
    ['in 1 day', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T13:00:00.000Z'],
    ['friday 23:00', 'America/Denver', '2026-12-12T05:30:00Z', '2026-12-12T06:00:00.000Z'],
  ])('%s in %s is what clocks there show', async (text, zone, at, expected) => {
    expect(await moment(text, zone, new Date(at))).toBe(expected);
  });

  it.each([
    // China's, which libraries read as America's.
    [
      'tomorrow 09:00 CST',
      'Asia/Shanghai',
      /^`CST` is not what clocks in Asia\/Shanghai show then, and may name several zones\./,
    ],
    ['tomorrow 09:00 EST', 'America/New_York', /^`EST` is not what clocks in America\/New_York show then/],
    ['tomorrow 09:00 PST', 'Europe/Berlin', /`tomorrow 09:00 America\/New_York`, or an offset/],
  ])('%s for a person in %s is refused', async (text, zone, why) => {
    await expect(moment(text, zone, new Date('2026-07-01T12:00:00Z'))).rejects.toThrow(why);
  });

  it('keeps the clock’s time over a change of the offset', async () => {
    const at = new Date('2026-10-24T12:00:00Z');
    expect(await moment('monday 06:00', berlin, at)).toBe('2026-10-26T05:00:00.000Z');
  });

  it.each([
    ['yesterday 06:00', /is over: 2026-11-27 05:00 UTC \(2026-11-27 06:00 Europe\/Berlin\)/],
    ['today 06:00', /is over/],
    ['2027-06-01 06:00', /more than 30 days ahead/],
    ['tomorrow', /has no time of day\. Example: `--at "tomorrow 06:00"`/],
    ['when the moon is full', /is not a time\. Examples/],
    ['tomorrow 06:00 to 07:00', /is not a time/],
    ['deploy it tomorrow 06:00 please', /is not a time/],
    ['2026-12-01 25:00', /is not a time/],
    ['1.12.2026 06:00', /two dates/],
    ['1/12 06:00', /two dates/],
    ['tomorrow 06:00 Europe/Nowhere', /`Europe\/Nowhere` is not a time zone/],
    ['x'.repeat(101), /at most 100 characters/],
  ])('%s is refused', async (text, why) => {
    await expect(parseDueTime(text, berlin, now)).rejects.toThrow(why);
  });
});
