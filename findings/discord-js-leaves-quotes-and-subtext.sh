#!/bin/sh
# discord.js 14.28.1, the client library for Discord.
#
# Behaviour: `escapeMarkdown`, which "escapes any Discord-flavored markdown in a string", has no option for block quotes
# and subtext: with every option on, lines that begin with `>`, `>>>` or `-#` come back as they are. `>>>` makes a quote
# of the rest of the message, also of what a bot wrote below.
# Output seen:
#   "# heading"    becomes "\\# heading"
#   "- item"       becomes "\\- item"
#   "> quote"      becomes "> quote"
#   ">>> all"      becomes ">>> all"
#   "-# subtext"   becomes "-# subtext"
# Wrong guess: with every option on, what people wrote (a commit's title, a branch) is shown as they wrote it.
#
# Needs Node 22 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent discord.js@14.28.1
cat >escape.cjs <<'JS'
const { escapeMarkdown } = require('discord.js');

const names = [
  ...['bold', 'bulletedList', 'codeBlock', 'codeBlockContent', 'escape', 'heading', 'inlineCode', 'inlineCodeContent'],
  ...['italic', 'maskedLink', 'numberedList', 'spoiler', 'strikethrough', 'underline'],
];
const every = Object.fromEntries(names.map((name) => [name, true]));
const seen = ['# heading', '- item', '> quote', '>>> all', '-# subtext'].map((text) => {
  const escaped = escapeMarkdown(text, every);
  console.log(`${JSON.stringify(text).padEnd(14)} becomes ${JSON.stringify(escaped)}`);
  return escaped !== text;
});
process.exit(JSON.stringify(seen) === '[true,true,false,false,false]' ? 0 : 1);
JS
node escape.cjs
