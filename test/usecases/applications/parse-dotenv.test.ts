import { describe, expect, it } from '@jest/globals';
import { parseDotenv } from '../../../src/usecases/applications/parse-dotenv.ts';

describe('dotenv text', () => {
  // As Docker Compose 2.40 reads an env file.
  it.each([
    ['PASSWORD=pa#ss', 'pa#ss'],
    ['PASSWORD=pass # of the shop', 'pass'],
    ['URL=https://shop.example/#/login', 'https://shop.example/#/login'],
    ['JSON={"color":"#fff","a":[1]}', '{"color":"#fff","a":[1]}'],
    ['QUOTED="two words" # a comment', 'two words'],
    ["LITERAL='pa$word'", 'pa$word'],
    ['DOLLAR=pa$$word', 'pa$word'],
    ['LINES="a\\nb"', 'a\nb'],
    ['KEY="-----BEGIN\nabc=\n-----END"', '-----BEGIN\nabc=\n-----END'],
    ['TICKS=`date`', '`date`'],
    ['export NAME=shop', 'shop'],
    ['EMPTY=', ''],
    ['SPACES = around', 'around'],
    ['CRLF=x\r\n', 'x'],
  ])('%j has the value %j', (text, value) => {
    expect(Object.values(parseDotenv(text))).toEqual([value]);
  });

  it('lets a variable refer to one above, and leaves out names alone', () => {
    expect(parseDotenv('# a shop\nHOST=db\nURL=postgres://${HOST}:${PORT:-5432}\nALONE\n')).toEqual({
      HOST: 'db',
      URL: 'postgres://db:5432',
    });
  });

  it.each([
    ['A=1\nPASSWORD=pa$word', 'A value refers with `$` to a variable that the input does not set. For a dollar sign, '],
    ['A=1\nB="open', 'The input cannot be read in line 2: the quote " is not closed.'],
    ['A=1\nMIIEvQ/secret+', 'The input cannot be read in line 2: it is neither `KEY=VALUE` nor a comment.'],
    ['# only this', 'The input has no `KEY=VALUE` line.'],
  ])('is refused without a word of what it says: %j', (text, sentence) => {
    let message = '';
    try {
      parseDotenv(text);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(sentence);
    expect(message).not.toMatch(/word`|secret|open/);
  });
});
